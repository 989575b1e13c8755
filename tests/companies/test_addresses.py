"""Which municipality an address names: the register writes addresses with and without the prefecture."""

from __future__ import annotations

import pytest

from companies.import_rows import AddressColumn, CompanyImporter
from matchmaking.core.importing.reading import Row

# address, its municipality
ADDRESSES: list[tuple[str, str]] = [
    ("前橋市古市町１丁目", "前橋市"),
    ("群馬県前橋市古市町１丁目", "前橋市"),  # 市 again further on
    ("新潟県長岡市", "長岡市"),
    ("新潟県長岡市城内町1-1", "長岡市"),
    ("北海道札幌市中央区北一条西", "札幌市"),  # the city, not its ward
    ("北海道余市郡余市町黒川町", "余市郡余市町"),  # a county that holds 市
    ("奈良県高市郡明日香村岡", "高市郡明日香村"),
    ("富山県中新川郡上市町法音寺", "中新川郡上市町"),  # towns that hold 市
    ("奈良県吉野郡下市町", "吉野郡下市町"),
    ("山梨県西八代郡市川三郷町市川大門", "西八代郡市川三郷町"),
    ("兵庫県神崎郡市川町", "神崎郡市川町"),
    ("栃木県芳賀郡市貝町", "芳賀郡市貝町"),
    ("兵庫県赤穂郡上郡町大持", "赤穂郡上郡町"),  # a town that holds 郡
    ("奈良県大和郡山市北郡山町", "大和郡山市"),  # cities that hold 郡
    ("福島県郡山市朝日", "郡山市"),
    ("愛知県蒲郡市旭町", "蒲郡市"),
    ("三重県四日市市昌栄町", "四日市市"),  # cities that hold 市
    ("広島県廿日市市下平良", "廿日市市"),
    ("石川県野々市市三納", "野々市市"),
    ("千葉県市川市八幡", "市川市"),
    ("千葉県市原市国分寺台", "市原市"),
    ("東京都町田市森野", "町田市"),  # cities that hold 町 or 村
    ("東京都武蔵村山市本町", "武蔵村山市"),
    ("新潟県十日町市千歳町", "十日町市"),
    ("新潟県村上市三之町", "村上市"),
    ("長野県大町市大町", "大町市"),
    ("東京都千代田区霞が関", "千代田区"),
    ("東京都港区芝", "港区"),
    ("東京都世田谷区世田谷", "世田谷区"),
    ("東京都新宿区市谷本村町", "新宿区"),  # a ward whose quarter holds 市
    ("新宿区市谷田町", "新宿区"),
    ("東京都八王子市元本郷町", "八王子市"),
    ("東京都西多摩郡奥多摩町氷川", "西多摩郡奥多摩町"),
    ("東京都大島町元町", "大島町"),
    ("京都府京都市中京区", "京都市"),
    ("京都市下京区", "京都市"),  # without the prefecture of the same beginning
    ("大阪府大阪市北区梅田", "大阪市"),
    ("大阪府堺市堺区", "堺市"),
    ("神奈川県川崎市川崎区", "川崎市"),
    ("神奈川県横浜市中区", "横浜市"),
    ("鹿児島県鹿児島市山下町", "鹿児島市"),
    ("和歌山県和歌山市", "和歌山市"),
    ("三重県津市広明町", "津市"),
    ("茨城県つくば市研究学園", "つくば市"),
    ("宮崎県えびの市大字栗下", "えびの市"),
    ("沖縄県中頭郡読谷村", "中頭郡読谷村"),
    ("福島県南会津郡檜枝岐村", "南会津郡檜枝岐村"),
    ("新潟県", ""),  # nothing but the prefecture
    ("Nagaoka", ""),
    ("", ""),
]


@pytest.mark.parametrize(("address", "municipality"), ADDRESSES)
def test_only_the_municipality_is_kept(address, municipality):
    assert AddressColumn(required=False).clean(address) == municipality


@pytest.mark.parametrize(
    ("cells", "city"),
    [
        ({"address": "新潟県燕市"}, "燕市"),
        ({"address": "新潟県燕市", "city": "三条市"}, "三条市"),  # the city's own column counts
        ({"address": "新潟県燕市", "city": ""}, "燕市"),
    ],
)
def test_the_column_of_the_city_comes_before_the_address(cells, city):
    row = CompanyImporter("draft").parse(Row(2, {"corporate_number": "5070001000715", **cells}), {})
    assert row.organisation == {"city": city}
