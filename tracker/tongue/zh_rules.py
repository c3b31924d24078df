"""What rules wrote down in English, with the Chinese for it. `{x}` may hold another of these sentences; the first one wins."""

from __future__ import annotations

#: What is said in one way only.
REASONS = {
    "no value yet": "尚无数值",
    "no value to compare with": "没有可比较的数值",
    "the value to compare with is zero or too small": "用于比较的数值为零或太小",
    "no target known": "未知目标",
    "the path to the target has not begun": "通向目标的路径尚未开始",
    "the expected value is not above zero": "预期值不大于零",
    "the median of the peers is not above zero": "同业中位数不大于零",
    "the window was not watched whole": "时间窗未被完整关注",
    "not a number": "不是数字",
    "any change": "任何变化",
    "rule removed": "规则已删除",
    "superseded": "已被取代",
    "undone": "已撤销",
    "not a feed": "不是订阅源",
    "too slow": "太慢",
    "too large": "太大",
    "cut short": "内容不全",
    "redirect refused": "拒绝重定向",
}

PATTERNS = {
    # composite
    "{truth}, {truths}": "{truth}，{truths}",
    "{when}: {truths}": "{when}：{truths}",
    # numbers as `quantity` says them
    "at least {number}": "至少{number}",
    "at most {number}": "至多{number}",
    "about {number}": "约{number}",
    # anomaly, change, pace, peers, threshold, velocity
    "{value} against a median of {median}: all were the same": "{value}，中位数 {median}（此前均相同）",
    "{value} against a median of {median}: z {score}": "{value}，中位数 {median}，z 值 {score}",
    "{number} peer": "{number} 家同业",
    "{number} peers": "{number} 家同业",
    "{value} against a median of {median} of {count}: {ratio} against {band}":
        "{value}，{count}的中位数 {median}，比值 {ratio}（界限：{band}）",
    "{value} of {wanted} expected by then, against {band}": "{value}，届时应有 {wanted}（界限：{band}）",
    "{then} to {now}: {change} against {band} %": "由 {then} 变为 {now}：{change}（界限：{band} %）",
    "{count} in {window} against {band}": "{window}内 {count} 次（界限：{band}）",
    "{value} against {band}": "{value}（界限：{band}）",
    "nothing within {span}": "{span}内没有新数据",
    "nothing ever, for {span}": "从未有过数据，已 {span}",
    "target {value} by {day}": "目标{value}，期限 {day}",
    # why nothing can be decided
    "only {count} earlier values, {needed} are needed": "此前只有 {count} 个数值，需要 {needed} 个",
    "only {count} of {needed} peers have a fresh value": "需要 {needed} 家同业，只有 {count} 家有新数值",
    "the newest value is older than {span}": "最新数值早于 {span} 前",
    "cannot tell: {rules} cannot decide": "无法判断：{rules} 无法判定",
    "not a number: {text}": "不是数字：{text}",
    "the value is in {unit}, the indicator is in {own}": "数值单位为 {unit}，指标单位为 {own}",
    "{name} holds": "{name} 成立",
    "{name} does not hold": "{name} 不成立",
    "{name} is unknown": "{name} 未知",
    # what a rule will say
    "firing ({severity})": "触发（{severity}）",
    "graver ({severity})": "加重（{severity}）",
    # what a source did
    "too slow: {why}": "太慢：{why}",
    "too large: {why}": "太大：{why}",
    "cut short: {why}": "内容不全：{why}",
    "redirect refused: {why}": "拒绝重定向：{why}",
    "{host} cannot be reached ({why})": "无法连接 {host}（{why}）",
    "{host} answered {status}": "{host} 应答 {status}",
    "{low} to {high}": "{low}至{high}",
}  # fmt: skip
