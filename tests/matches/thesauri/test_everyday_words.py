"""Needs and pitches as people write them, in either language: the delivered list of capabilities knows their words.

None of these texts was written for a file of the evaluation; each stands for a kind of firm or startup.
"""

from __future__ import annotations

import pytest

from matchmaking.matches.engine.thesaurus import LanguageCode, Thesaurus, load_thesaurus
from matchmaking.matches.thesauri.marking import likely, marked

SUGGESTED = 5


@pytest.fixture(scope="module")
def delivered() -> Thesaurus:
    return load_thesaurus()


def suggested(text: str, thesaurus: Thesaurus) -> list[str]:
    return [item.id for item in likely(text, thesaurus, SUGGESTED)]


def heard(text: str, thesaurus: Thesaurus) -> set[str]:
    return {hit.capability.id for hit in marked(text, thesaurus).hits}


NEEDS = (
    ("大型風車向けの軸受と鋳物を作っている。海外の風車メーカーに部品を納めたい。", "wind_parts"),
    ("風力発電所の保守要員が足りず、故障で止まる日が多い。", "wind_om"),
    ("洋上風力の海底ケーブルを傷めずに敷設したい。", "subsea_cable"),
    ("鋳物工場の電気炉の電力を減らしたい。", "green_steel"),
    ("乾燥工程の加熱炉を電化し、重油をやめたい。", "industrial_heat"),
    ("倉庫の屋根で自家消費の発電をしたい。", "solar_dev"),
    ("最大需要電力が上がり、契約電力の料金がかさむ。", "vpp"),
    ("CBAMに対応するため、製品ごとのCO2排出を取引先に示したい。", "carbon_accounting"),
    ("廃プラを海外に出せなくなり、自社で再利用したい。", "plastic_recycling"),
    ("めっき工程の廃水とPFASの処理に費用がかかる。", "water_treatment"),
    ("使わなくなった電子基板から貴金属を取り出したい。", "metal_recycling"),
    ("古い社屋の断熱が悪く、夏は二重窓でも暑い。", "insulation"),
    ("エンジン部品の売上が減るので、電動化に合う自動車部品を作りたい。", "auto_parts"),
    ("フォークリフトの電池パックの冷却がうまくいかない。", "battery_pack"),
    ("車載ソフトをOTAで更新できるようにしたい。", "vehicle_software"),
    ("過疎の町で高齢者の足がなく、通院に困っている。", "ondemand_transit"),
    ("ドライバーの残業が増え、荷待ちも長い。", "trucking_saas"),
    ("トラックの荷降ろしが手作業で腰を痛める人が多い。", "warehouse_robot"),
    ("橋梁のひび割れを足場なしで調べたい。", "infra_inspect"),
    ("検査員の目視に頼り、不良流出がなくならない。", "ai_visual_inspection"),
    ("突発停止が月に三度あり、異音に気づくのは熟練者だけだ。", "predictive_maint"),
    ("職人が高齢になり、技を若手に伝えられない。", "skills_transfer"),
    ("紙の日報を毎晩エクセルに転記している。", "doc_ai"),
    ("EDIのない取引先の注文書を手で打ち込んでいる。", "order_entry"),
    ("工場がランサムウェアで止まらないか心配だ。", "cyber"),
    ("利用者の移乗介助で職員の腰痛が絶えない。", "care_robot"),
    ("嚥下の弱い入居者においしい介護食を出したい。", "care_food"),
    ("夜の巡視の負担が大きく、ベッドからの転落も心配だ。", "fall_monitor"),
    ("へき地の患者がオンラインで診てもらえるようにしたい。", "telemedicine"),
    ("手術室の稼働が低く、看護師の業務が多すぎる。", "hospital_ops"),
    ("イノシシとシカに畑を荒らされる。", "wildlife"),
    ("籾の乾燥と貯蔵で品質が落ちる。", "grain_storage"),
    ("いちごの収穫を手伝う人が集まらない。", "harvest_robot"),
    ("陸上養殖のサーモンの餌の無駄を減らしたい。", "aquaculture"),
    ("稲の葉色から穂肥の時期を決め、いもち病も早く知りたい。", "crop_monitor"),
    ("酒粕とおからを捨てずに使いたい。", "crop_waste"),
    ("電子値札で売場の値段の張り替えをなくしたい。", "shelf_monitor"),
    ("酒を海外へ輸出し、ハラール対応の商品も売りたい。", "cross_border"),
    ("総菜工場の盛り付けを機械にしたい。", "food_robot"),
    ("半導体の後工程で歩留まりを上げたい。", "semiconductor"),
)
PITCHES = (
    ("We forge flanges and slewing bearings for large turbines", "wind_parts"),
    ("Condition monitoring and uptime analytics of wind farms", "wind_om"),
    ("Dynamic cables for floating platforms", "subsea_cable"),
    ("Zero liquid discharge for textile effluent", "water_treatment"),
    ("We recover rare-earth magnets from e-waste", "metal_recycling"),
    ("Battery pack design and thermal management for 2-wheelers", "battery_pack"),
    ("Over-the-air updates for software-defined vehicles", "vehicle_software"),
    ("Lightweight brake discs for tier-1 suppliers", "auto_parts"),
    ("Truck load matching that fills return loads", "trucking_market"),
    ("Route planning for milk runs", "route_opt"),
    ("OEE dashboards for plants in Pune", "factory_dx"),
    ("AOI cameras find scratches on sheet metal", "ai_visual_inspection"),
    ("We predict breakdowns of rotating equipment", "predictive_maint"),
    ("Handwritten forms become data", "doc_ai"),
    ("Teleconsultation for rural clinics", "telemedicine"),
    ("Antenatal care app for community midwives", "womens_health"),
    ("Robotic transfer aid lifts patients safely", "care_robot"),
    ("Texture-modified meals for dysphagia", "care_food"),
    ("AI deters wild boar and monkeys from paddy fields", "wildlife"),
    ("Solar dryers and silos for grain", "grain_storage"),
    ("Paddy crop stress from NDVI", "crop_monitor"),
    ("Market linkage for farmer producer companies", "smallholder"),
    ("ESLs for supermarkets", "shelf_monitor"),
    ("We help brands with market entry and halal export", "cross_border"),
    ("Wafer inspection and clean-room automation", "semiconductor"),
    ("Cool roof coatings that cut heat gain", "insulation"),
)


@pytest.mark.parametrize(("text", "wanted"), [*NEEDS, *PITCHES], ids=lambda value: value[:24])
def test_words_of_every_day_are_recognized_and_suggested(
    delivered: Thesaurus, text: str, wanted: str
) -> None:
    assert wanted in heard(text, delivered)
    assert wanted in suggested(text, delivered)


# A word that means something else here, and what the earlier list took it for.
TAKEN_FOR = (
    ("仕組みが合わない店とは組まない。", "wildlife"),
    ("Carbon accounting for plants", "fintech_sme"),
    ("旅館の受付を夜だけ無人にしたい。", "hospital_ops"),
    ("アプリでセルフケアを続けてもらいたい。", "self_checkout"),
    ("他社の方式を採用したが、うまくいかなかった。", "staffing"),
    ("鉄道から船へモーダルシフトを進めたい。", "staffing"),
    ("AIによるDIRECT販売をしたい。", "ai_radiology"),
    ("溶接部をX線検査で調べたい。", "ai_radiology"),
    ("電解質の液漏れを防ぎたい。", "h2_production"),
    ("補助金が終わったので続けられない。", "climate_finance"),
    ("紙の容器に替えたい。", "doc_ai"),
    ("感染症の流行に備えたい。", "consumer_insight"),
    ("SAFETYを第一にする。", "ammonia_efuel"),
    ("Industrial valve maker from Surat", "urology_devices"),
    ("Early detection of pipe corrosion", "liquid_biopsy"),
    ("We catch errors before they ship", "fisheries"),
    ("The platform aggregates fleets of chargers", "low_carbon_cement"),
    ("An app for children with asthma", "home_kids"),
    ("Building occupants report faults", "driver_monitor"),
    ("Drone land survey for quarries", "consumer_insight"),
)


@pytest.mark.parametrize(("text", "mistaken"), TAKEN_FOR, ids=lambda value: value[:24])
def test_a_word_with_another_meaning_is_not_taken_for_a_capability(
    delivered: Thesaurus, text: str, mistaken: str
) -> None:
    assert mistaken not in heard(text, delivered)


def one_wording(language: LanguageCode, thesaurus: Thesaurus) -> list[tuple[str, str]]:
    """Wordings that are plain words, without any choice or gap, and whose they are."""
    return [
        (item.id, alias)
        for item in thesaurus.capabilities
        for alias in (item.aliases_ja if language == "ja" else item.aliases_en)
        if alias.isalpha() and len(alias) >= 3
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_plain_wording_finds_its_own_capability(delivered: Thesaurus, language: LanguageCode) -> None:
    words = one_wording(language, delivered)
    hits = delivered.alias_hits([word for _, word in words], language)
    missed = [
        (key, word) for (key, word), row in zip(words, hits, strict=True) if not row[delivered.positions[key]]
    ]
    assert (len(words) > 100, missed) == (True, [])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_plain_wording_belongs_to_more_than_three(delivered: Thesaurus, language: LanguageCode) -> None:
    """A word that many capabilities claim tells nothing of any."""
    owners: dict[str, set[str]] = {}
    for key, word in one_wording(language, delivered):
        owners.setdefault(word.lower(), set()).add(key)
    assert {word: keys for word, keys in owners.items() if len(keys) > 3} == {}
