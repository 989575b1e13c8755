"""The 47 prefectures with their JIS X 0401 codes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Prefecture(TextChoices):
    """Values are the two-digit JIS X 0401 codes; they order from north to south."""

    HOKKAIDO = "01", _("Hokkaido")
    AOMORI = "02", _("Aomori")
    IWATE = "03", _("Iwate")
    MIYAGI = "04", _("Miyagi")
    AKITA = "05", _("Akita")
    YAMAGATA = "06", _("Yamagata")
    FUKUSHIMA = "07", _("Fukushima")
    IBARAKI = "08", _("Ibaraki")
    TOCHIGI = "09", _("Tochigi")
    GUNMA = "10", _("Gunma")
    SAITAMA = "11", _("Saitama")
    CHIBA = "12", _("Chiba")
    TOKYO = "13", pgettext_lazy("prefecture", "Tokyo")
    KANAGAWA = "14", _("Kanagawa")
    NIIGATA = "15", _("Niigata")
    TOYAMA = "16", _("Toyama")
    ISHIKAWA = "17", _("Ishikawa")
    FUKUI = "18", _("Fukui")
    YAMANASHI = "19", _("Yamanashi")
    NAGANO = "20", _("Nagano")
    GIFU = "21", _("Gifu")
    SHIZUOKA = "22", _("Shizuoka")
    AICHI = "23", _("Aichi")
    MIE = "24", _("Mie")
    SHIGA = "25", _("Shiga")
    KYOTO = "26", _("Kyoto")
    OSAKA = "27", _("Osaka")
    HYOGO = "28", _("Hyogo")
    NARA = "29", _("Nara")
    WAKAYAMA = "30", _("Wakayama")
    TOTTORI = "31", _("Tottori")
    SHIMANE = "32", _("Shimane")
    OKAYAMA = "33", _("Okayama")
    HIROSHIMA = "34", _("Hiroshima")
    YAMAGUCHI = "35", _("Yamaguchi")
    TOKUSHIMA = "36", _("Tokushima")
    KAGAWA = "37", _("Kagawa")
    EHIME = "38", _("Ehime")
    KOCHI = "39", _("Kochi")
    FUKUOKA = "40", _("Fukuoka")
    SAGA = "41", _("Saga")
    NAGASAKI = "42", _("Nagasaki")
    KUMAMOTO = "43", _("Kumamoto")
    OITA = "44", _("Oita")
    MIYAZAKI = "45", _("Miyazaki")
    KAGOSHIMA = "46", _("Kagoshima")
    OKINAWA = "47", _("Okinawa")


class Region(TextChoices):
    """The districts of the ministry's regional bureaus, from north to south."""

    HOKKAIDO = "hokkaido", _("Hokkaido region")
    TOHOKU = "tohoku", _("Tohoku region")
    KANTO = "kanto", _("Kanto region")
    CHUBU = "chubu", _("Chubu region")
    KINKI = "kinki", _("Kinki region")
    CHUGOKU = "chugoku", _("Chugoku region")
    SHIKOKU = "shikoku", _("Shikoku region")
    KYUSHU = "kyushu", _("Kyushu region")
    OKINAWA = "okinawa", _("Okinawa region")


_CODES: dict[Region, tuple[int, ...]] = {
    Region.HOKKAIDO: (1,),
    Region.TOHOKU: (2, 3, 4, 5, 6, 7),
    Region.KANTO: (8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 22),  # with Niigata, Yamanashi, Nagano and Shizuoka
    Region.CHUBU: (16, 17, 21, 23, 24),
    Region.KINKI: (18, 25, 26, 27, 28, 29, 30),  # with Fukui
    Region.CHUGOKU: (31, 32, 33, 34, 35),
    Region.SHIKOKU: (36, 37, 38, 39),
    Region.KYUSHU: (40, 41, 42, 43, 44, 45, 46),
    Region.OKINAWA: (47,),
}
REGION_OF: dict[Prefecture, Region] = {
    Prefecture(f"{code:02}"): region for region, codes in _CODES.items() for code in codes
}

# The three big city areas as the Statistics Bureau draws them (Tokyo, Nagoya, Osaka); elsewhere is "regional".
BIG_CITY_PREFECTURES: frozenset[Prefecture] = frozenset(
    {
        Prefecture.SAITAMA,
        Prefecture.CHIBA,
        Prefecture.TOKYO,
        Prefecture.KANAGAWA,
        Prefecture.GIFU,
        Prefecture.AICHI,
        Prefecture.MIE,
        Prefecture.KYOTO,
        Prefecture.OSAKA,
        Prefecture.HYOGO,
        Prefecture.NARA,
    }
)
