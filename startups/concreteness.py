"""How concrete a pitch is, and the description of the partner that is looked for: what a firm needs to know. Pure.

A pitch says which problem it solves, for whom, what it does, with a figure and something that proves it. A partner is
described by what kind of firm it is, what it has that the startup lacks, and what both would do together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from matchmaking.core.concreteness import FIGURE, Look, is_enough, judged, nothing_yet, plain


class PitchSign(StrEnum):
    """In the order in which they are asked for."""

    WHAT_IT_DOES = "what_it_does"
    FOR_WHOM = "for_whom"
    PROBLEM = "problem"
    FIGURE = "figure"
    PROOF = "proof"


class PartnerSign(StrEnum):
    """In the order in which they are asked for."""

    ENOUGH_SAID = "enough_said"
    INDUSTRY = "industry"
    ROLE = "role"
    TOGETHER = "together"


def _words(japanese: str, english: str) -> re.Pattern[str]:
    return re.compile(rf"{japanese}|\b(?:{english})\b", re.IGNORECASE)


_FIRMS_JAPANESE = (
    r"メーカー|製造業|工場|商社|卸|小売|スーパー|店舗|薬局|病院|診療所|介護|農家|農協|農業法人|養殖|生産者|運送|物流会社|バス会社|"
    r"タクシー会社|配達会社|通販会社|電力会社|工事会社|整備会社|銀行|酒造|事業者|自治体|鋳造|鍛造|建設会社"
)
_FIRMS_ENGLISH = (
    r"makers?|manufacturers?|producers?|suppliers?|plants?|factor(?:y|ies)|foundr(?:y|ies)|contractors?|wholesalers?|"
    r"retailers?|shops?|stores?|supermarkets?|chains? of|pharmac(?:y|ies)|hospitals?|clinics?|care homes?|growers?|"
    r"farms?|farmers?|breeders?|cooperatives?|fisher(?:y|ies)|fleets?|operators?|carriers?|distributors?|importers?|"
    r"exporters?|trading (?:house|compan(?:y|ies))|(?:bus|taxi|food|logistics|shipping|construction|forging|insurance|"
    r"delivery|building-equipment|chemical|machine\w*|textile) compan(?:y|ies)|utilit(?:y|ies)|banks?|insurers?|"
    r"brewer(?:y|ies)|mills?|workshops?|ports?|airports?|hotels?|schools?|municipalit(?:y|ies)"
)
_FOR_WHOM = _words(
    _FIRMS_JAPANESE + r"|向け|のための|患者|看護師|医師|運転手|作業者",
    _FIRMS_ENGLISH
    + r"|patients?|nurses?|doctors?|drivers?|riders?|workers?|technicians?|engineers?|teachers?",
)
_INDUSTRY = _words(_FIRMS_JAPANESE, _FIRMS_ENGLISH)
_PROBLEM = _words(
    r"課題|困|不足|無駄|ロス|廃棄|手作業|負担|遅れ|故障|待ち|事故|高額|かかりすぎ|足りな|できな|減ら|削減|失",
    r"problem|lose|loses|losses|lost|waste[sd]?|cost(?:s|ly)?|late|delays?|shortages?|lack(?:s|ing)?|short of|"
    r"manual(?:ly)?|by hand|slow|error[s]?|fail(?:s|ure|ures)?|break(?:s|down|downs)?|accidents?|downtime|"
    r"too (?:much|many|long|little)|cannot|can't|without|instead of|cuts?|saves?|"
    r"expensive|scarce|unsafe|spoil(?:s|ed|age)?",
)
_PROOF = _words(
    r"顧客|導入|実証|契約|採用|認証|特許|臨床|治験|利用中|が利用|有料|実績|試験で|試験済",
    r"customers?|clients?|pilots?|trials?|contracts?|deployed|installed|in use|"
    r"us(?:e|es|ed|ing) (?:it|ours?)|used by|users?|paying|certified|"
    r"approved|clearance|patent(?:s|ed)?|published|peer-reviewed|validated|orders?|subscribers?|running (?:in|at)",
)
_ROLE = _words(
    r"を持つ|を顧客に|を有する|を抱える|がいる|がある|網|拠点|販路|販売力|ノウハウ|を担",
    r"(?:service|sales|engineering) (?:teams?|staff|force)|networks?|engineers?|technicians?|dealers?|nurses|"
    r"warehouses?|(?:production|inspection|assembly) lines?|clean-rooms?|capacity|channels?|test (?:sites?|fields?)|"
    r"experience|customers|own \w+|people who|fleets? of|routes|residue|space for|"
    r"visits? (?:shops|factories|customers)|"
    r"\d+ (?:\w+ )?(?:shops|stores|plants|homes|clinics|trucks|farms|hectares|people|units)|"
    r"(?:would|could|should) (?:bring|provide|supply|offer)",
)
_TOGETHER = _words(
    r"共同|一緒に|実証|試験導入|検証|販売していただ|製造していただ|販売します|開発します|改良します|適合|許諾|合弁",
    r"together|jointly|joint|co-?develop(?:ment)?|pilots?|trials?|trial runs?|test|try|adapt|integrate|install|build|"
    r"licen[cs]e|manufacture|distribute|resell|sell|run|connect|train|invest|locali[sz]e",
)


def look_at_pitch(answers: Mapping[str, str]) -> Look:
    """`answers`: one_liner, problem, solution, customers, edge; missing ones count as empty."""
    said = plain(answers)
    whole = " ".join(filter(None, said.values()))
    if not whole:
        return nothing_yet(PitchSign)
    signs = {
        PitchSign.WHAT_IT_DOES: is_enough(said.get("solution", "")),
        PitchSign.FOR_WHOM: bool(_FOR_WHOM.search(whole)),
        PitchSign.PROBLEM: is_enough(said.get("problem", "")) or bool(_PROBLEM.search(whole)),
        PitchSign.FIGURE: bool(FIGURE.search(whole)),
        PitchSign.PROOF: bool(_PROOF.search(whole)),
    }
    return judged(signs, at_least=PitchSign.WHAT_IT_DOES)


def look_at_partner(answers: Mapping[str, str]) -> Look:
    """`answers`: seeks_partner."""
    text = plain(answers).get("seeks_partner", "")
    if not text:
        return nothing_yet(PartnerSign)
    signs = {
        PartnerSign.ENOUGH_SAID: is_enough(text),
        PartnerSign.INDUSTRY: bool(_INDUSTRY.search(text)),
        PartnerSign.ROLE: bool(_ROLE.search(text)),
        PartnerSign.TOGETHER: bool(_TOGETHER.search(text)),
    }
    return judged(signs, at_least=PartnerSign.INDUSTRY)
