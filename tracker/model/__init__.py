"""The vocabulary: what is asked (declared), remembered (observed) and said (told). Frozen values, no I/O."""
