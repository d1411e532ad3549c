"""Which act a verb phrase of a question names: the table, tried from the top, of everything the offline judge knows."""

import re

from harness.scorers.offline_judge.demands import Act

_CALLER = r"(?:(?:the|a|every) )?(?:callers?|customers?|users?|them|they)"
# fmt: off
_ACTS: tuple[tuple[Act, bool, str], ...] = (
    (Act.ASK_FOR_MORE, False,
     r"(?:ask|check)\b.*\b(?:anything|something) (?:else|more|further)\b|(?:offer|ask)\b.*\b(?:further|more|"
     r"additional|other) "
     r"(?:help|assistance|questions?)\b|ask .*\b(?:that|this) (?:is|was|will be) (?:all|everything)\b"),
    (Act.ASK_TO_CONFIRM, False, r"(?:ask|get|seek|wait)s?\b.*\b(?:confirm|confirmation|approval|agree(?:ment)?|"
     r"consent)\b"),
    (Act.ASK_TO_HOLD, False, r"ask\b.*\b(?:hold|wait|waiting|holding)$|ask (?:for permission|the caller|first|"
     r"permission)$"),
    (Act.ASK_AGAIN, True, r"re ?use what .*told$"),
    (Act.ASK_AGAIN, False,
     r"ask(?:ing)?\b.*\b(?:already|twice|again|repeatedly|told it|has told|more than once)\b"
     r"|repeat(?:ing)? (?:a |its |the same )?questions?$"),
    (Act.ASK_SEVERAL, True, r"ask(?:ing)? (?:only |just |at most )?(?:one|a single) (?:question|thing)\b.*"),
    (Act.ASK_SEVERAL, False,
     r"ask(?:ing)? (?:several|multiple|many|more than one|two) (?:questions|things|question)\b.*"),
    (Act.EXCEED, True, r"(?:keep|use|answer|limit|speak|give|stick).*\b(?:(?:one|two|three|four|five|"
     r"\d) sentences?|short|brief|concise|"
     r"briefly)\b.*"),
    (Act.EXCEED, True, r"(?:no longer than|at most|short|brief|concise|within|limited to)\b.*"),
    (Act.READ_BACK, False,
     r"(?:read|repeat|say|give|confirm|play|recite|summari[sz]e)\b.*\bback\b.*|repeat\b.*|summari[sz]e\b.*"
     r"|confirm .*\b(?:details?|data|date|time|number|name|spelling|address)\b.*"),
    (Act.GREET, False,
     r"greet\b(?!.*\b(?:by name|by (?:his|her|their) name)\b).*|(?:open|begin|start|answer)\b.*\b(?:greeting|"
     r"hello|welcome)\b.*|say (?:hello|hi)\b.*|welcome\b.*"),
    (Act.INTRODUCE, False,
     r"introduce itself\b.*|(?:say|state|tell|give|mention|name)\b.*\b(?:who " + _CALLER + r" (?:is|"
     r"are) (?:talking|speaking) "
     r"(?:to|with)|its (?:own )?name|name of the (?:company|business|practice|shop|restaurant)|(?:company|"
     r"business) name)\b.*"
     r"|identify itself\b.*|name (?:the|its) (?:shop|company|business|practice|restaurant|hotel|bank|firm)\b.*"),
    (Act.FAREWELL, False,
     r"say (?:good ?bye|farewell)\b.*|(?:end|close|finish)\b.*\b(?:good ?bye|farewell|good wishes|politely|"
     r"friendly)\b.*"
     r"|bid\b.*\b(?:good ?bye|farewell)\b.*"),
    (Act.THANK, False, r"thank\b.*|say (?:thank you|thanks)\b.*|express (?:thanks|gratitude)\b.*"),
    (Act.APOLOGISE, False, r"(?:apologi[sz]e|say (?:that it is |it is )?sorry|offer an apology|"
     r"express regret)\b(?P<topic>.*)"),
    (Act.BE_RUDE, True,
     r"(?:(?:be|stay|remain|keep|sound) )?(?:polite|courteous|respectful|civil|polite and (?:courteous|"
     r"respectful))(?: to .*)?$"),
    (Act.BE_RUDE, False,
     r"(?:be(?:ing)? )?(?:rude|impolite|disrespectful|insulting|sarcastic)(?: .*)?$|(?:say|saying) anything "
     r"(?:rude|impolite|insulting)\b.*|insult(?:ing)?\b.*|blam(?:e|ing) the caller\b.*|mock(?:ing)?\b.*"),
    (Act.TRANSFER, False,
     r"(?:(?:offer|propose) (?:to|a) )?(?:transfer|connect|hand|put|forward|pass|escalate)\b.*|offer a (?:human|"
     r"transfer)\b.*"
     r"|(?:offer|give) (?:the caller )?a (?:human|person|colleague|callback from a .*)\b.*"),
    (Act.ADVISE, False, r"(?:give|giving|offer|offering|provide|providing) (?:any )?(?:medical|"
     r"health)(?: \w+)? advice\b.*"
     r"|diagnos(?:e|ing)\b.*|recommend(?:ing)? (?:any )?(?:medicines?|medication|treatment|dose)\b.*"),
    (Act.PROMISE, False, r"(?:promis(?:e|ing)|guarantee(?:ing)?|assur(?:e|ing))\b(?P<topic>.*)"),
    (Act.REVEAL, True, r"keep\b.*\b(?:instructions|prompt|rules)\b.*\b(?:secret|private|confidential|to itself)\b.*"),
    (Act.REVEAL, False,
     r"(?:reveal|disclos|tell|read|shar|leak|mention|quot|repeat)(?:e|ing)?\b.*\b(?:instructions|prompt|"
     r"system message)\b.*"),
    (Act.OFFER_OTHER, False,
     r"(?:offer|suggest|propose|give|name|mention)\b.*\b(?:alternatives?|another (?:option|time|date|day|slot|"
     r"possibility)|"
     r"other options?|something else|different (?:time|day|date|slot))$"),
    (Act.EXPLAIN, False, r"explain (?:why|the reason)\b.*|(?:give|state|name|tell)\b.*\b(?:reasons?|why)\b.*|"
     r"say why\b.*"),
    (Act.VERIFY, False,
     r"(?:verify|authenticate|identify|check)\b.*\b(?:identity|who .* is|caller|customer)\b.*|ask\b.*\b(?:to identify|"
     r"for proof of identity|for identification)\b.*"),
    (Act.EVADE, True, r"answer (?:all |every |each |any )?(?:of )?(?:the )?(?:(?:callers?|"
     r"customers?) )?questions?(?: .*)?|answer what " + _CALLER + r" .*"),
    (Act.HOLD, False, r"(?:put|plac)(?:s|e|ing)?\b.*\bon hold\b.*|let(?:ting)? .* wait\b.*"),
    (Act.GIVE_PRICE, False,
     r"(?:tell|give|name|say|state|mention|quote|giving|saying)\b.*\b(?:prices?|costs?|fees?|"
     r"how much)(?: of [\w ]+)?$"),
    (Act.ASK, False, r"ask(?:ing)?\b(?P<topic>.*)|(?:collect|get|find out|request|obtain)\b(?P<topic2>.*)"),
    (Act.OFFER, False, r"(?:offer|suggest|propose|recommend|offering|suggesting)\b(?P<topic>.*)"),
    (Act.TELL, False,
     r"(?:say|says|mention|tell|inform|state|give|confirm|point out|let " + _CALLER + r" know|saying|"
     r"mentioning|telling|giving|stating)\b(?P<topic>.*)"),
    (Act.ARRANGE, False,
     r"(?:confirm|book|order|plac|mak|reserv|schedul|finali[sz]|submit|complet)(?:e|s|es|ing|ed)?\b(?! up).*"),
    (Act.DISCLOSE, False, r"(?:disclos|reveal|look)(?:e|es|s|ing)?\b.*"),
)
# fmt: on
FORMS = tuple((act, unwanted, re.compile(pattern)) for act, unwanted, pattern in _ACTS)
"""Act, whether the phrase asks for its absence, and how the phrase goes; `topic` is what it is about."""
