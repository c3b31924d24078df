"""The vocabulary: frozen values and what is folded from them."""
