"""Chinese: all that is said to people, by its English. A form of its own for one thing alone Chinese does not have."""

from __future__ import annotations

from tracker.tongue import zh_alerts, zh_digest, zh_rules

#: Words that stand for what is known of a value, an event or an alert, and of places.
WORDS = {
    # severities, and what becomes of an alert
    "info": "提示", "warning": "注意", "critical": "严重",
    "active": "触发", "active, changed": "触发，有变化", "still active": "仍在触发", "cleared": "已解除", "unsettled": "反复变动",
    "new": "新", "graver": "加重", "eased": "减轻", "due": "到期", "due, no figure": "到期，无数据", "overdue": "逾期", "muted": "静音",
    "firing": "触发", "resolved": "已解除", "escalated": "加重", "downgraded": "减轻", "event": "新", "upcoming": "将到期",
    "met": "达成", "missed": "未达成", "unknown": "未知", "open": "未了结", "closed": "已关闭", "withdrawn": "撤回", "revised": "修订",
    # kinds of value, statuses of events, tiers of sources
    "actual": "实际", "target": "目标", "estimate": "估计", "rumour": "传闻", "denial": "否认",
    "rumoured": "传闻", "reported": "已报道", "confirmed": "已证实", "denied": "已否认", "lapsed": "无下文",
    "a filing": "监管文件", "official": "官方", "named press": "具名媒体", "unnamed people": "匿名人士", "an aggregator": "聚合来源",
    # rhythms, answers
    "daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季", "yearly": "每年", "yes": "是", "no": "否",
    # types of event
    "acquisition": "收购", "benchmark": "评测", "contract": "合同", "departure": "离职", "arrival": "任命", "funding": "融资",
    "financial": "财务", "ipo": "上市", "layoff": "裁员", "open_source": "开源", "partnership": "合作", "price": "价格",
    "price_change": "调价", "regulatory": "监管", "regulation": "监管", "release": "发布", "shutdown": "停运", "other": "其他",
    # places
    "Shanghai": "上海", "Los Angeles": "洛杉矶", "New York": "纽约", "London": "伦敦", "Chatham": "查塔姆", "Hong Kong": "香港",
    "Taipei": "台北", "Singapore": "新加坡", "Tokyo": "东京", "Urumqi": "乌鲁木齐", "Berlin": "柏林", "Paris": "巴黎",
}  # fmt: skip

SENTENCES = {**WORDS, **zh_alerts.SENTENCES, **zh_digest.SENTENCES, **zh_rules.REASONS}
