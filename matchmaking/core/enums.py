"""The vocabularies that profiles, matches, meetings and reports share.

Values are stored in the database and in imported files: never change one, only add. Labels are translated.
"""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Field(TextChoices):
    """The programme's five priority fields."""

    DECARBONIZATION = "decarbonization", _("Decarbonization")
    HEALTHCARE = "healthcare", _("Health care")
    MOBILITY = "mobility", _("Mobility")
    RETAIL = "retail", _("Retail")
    AGRITECH = "agritech", _("Agritech")


class SubField(TextChoices):
    """Finer tags below a field; `SUB_FIELDS` says which field each belongs to."""

    OFFSHORE_WIND = "offshore_wind", _("Offshore-wind supply chain")
    RENEWABLE_POWER = "renewable_power", _("Renewable power")
    STORAGE_HYDROGEN = "storage_hydrogen", _("Energy storage and hydrogen")
    ENERGY_EFFICIENCY = "energy_efficiency", _("Energy saving and heat")
    CARBON_MANAGEMENT = "carbon_management", _("Carbon accounting and capture")
    CIRCULAR_ECONOMY = "circular_economy", _("Recycling and materials")
    MEDICAL_DEVICES = "medical_devices", _("Medical devices")
    DIGITAL_HEALTH = "digital_health", _("Digital health")
    ELDERLY_CARE = "elderly_care", _("Care for the elderly")
    DIAGNOSTICS = "diagnostics", _("Diagnostics and biotechnology")
    ELECTRIC_VEHICLES = "electric_vehicles", _("Electric vehicles and parts")
    CHARGING = "charging", _("Charging and batteries in use")
    LOGISTICS = "logistics", _("Logistics and fleets")
    AUTONOMY_DRONES = "autonomy_drones", _("Autonomous driving and drones")
    PASSENGER_SERVICES = "passenger_services", _("Passenger services")
    STORE_OPERATIONS = "store_operations", _("Store operations")
    E_COMMERCE = "e_commerce", _("E-commerce and customers")
    SUPPLY_CHAIN = "supply_chain", _("Supply chain and traceability")
    PAYMENTS = "payments", _("Payments and retail finance")
    SMART_FARMING = "smart_farming", _("Smart farming")
    CONTROLLED_GROWING = "controlled_growing", _("Greenhouses and plant factories")
    AQUACULTURE_LIVESTOCK = "aquaculture_livestock", _("Fish farming and livestock")
    FOOD_PROCESSING = "food_processing", _("Food processing and by-products")
    AGRI_INPUTS = "agri_inputs", _("Seeds, fertilizers and crop protection")


SUB_FIELDS: dict[Field, tuple[SubField, ...]] = {
    Field.DECARBONIZATION: (
        SubField.OFFSHORE_WIND,
        SubField.RENEWABLE_POWER,
        SubField.STORAGE_HYDROGEN,
        SubField.ENERGY_EFFICIENCY,
        SubField.CARBON_MANAGEMENT,
        SubField.CIRCULAR_ECONOMY,
    ),
    Field.HEALTHCARE: (
        SubField.MEDICAL_DEVICES,
        SubField.DIGITAL_HEALTH,
        SubField.ELDERLY_CARE,
        SubField.DIAGNOSTICS,
    ),
    Field.MOBILITY: (
        SubField.ELECTRIC_VEHICLES,
        SubField.CHARGING,
        SubField.LOGISTICS,
        SubField.AUTONOMY_DRONES,
        SubField.PASSENGER_SERVICES,
    ),
    Field.RETAIL: (
        SubField.STORE_OPERATIONS,
        SubField.E_COMMERCE,
        SubField.SUPPLY_CHAIN,
        SubField.PAYMENTS,
    ),
    Field.AGRITECH: (
        SubField.SMART_FARMING,
        SubField.CONTROLLED_GROWING,
        SubField.AQUACULTURE_LIVESTOCK,
        SubField.FOOD_PROCESSING,
        SubField.AGRI_INPUTS,
    ),
}


class CooperationMode(TextChoices):
    """What a pair may go on to."""

    JOINT_DEVELOPMENT = "joint_development", _("Joint development")
    INVESTMENT = "investment", _("Investment")
    ACQUISITION = "acquisition", _("Acquisition")


class Language(TextChoices):
    """Working languages of organisations, meetings and interpreters (ISO 639-1)."""

    JAPANESE = "ja", pgettext_lazy("language", "Japanese")
    ENGLISH = "en", pgettext_lazy("language", "English")
    CHINESE = "zh", pgettext_lazy("language", "Chinese")
    HINDI = "hi", pgettext_lazy("language", "Hindi")
    INDONESIAN = "id", pgettext_lazy("language", "Indonesian")
    VIETNAMESE = "vi", pgettext_lazy("language", "Vietnamese")
    HEBREW = "he", pgettext_lazy("language", "Hebrew")
    MALAY = "ms", pgettext_lazy("language", "Malay")
    THAI = "th", pgettext_lazy("language", "Thai")
    KOREAN = "ko", pgettext_lazy("language", "Korean")


class Stage(TextChoices):
    """Funding stage of a startup."""

    PRE_SEED = "pre_seed", _("Pre-seed")
    SEED = "seed", _("Seed")
    SERIES_A = "series_a", _("Series A")
    SERIES_B = "series_b", _("Series B")
    SERIES_C = "series_c", _("Series C")
    GROWTH = "growth", _("Growth (series D or later)")


class ReadinessLevel(IntegerChoices):
    """Technology readiness level; wording after ISO 16290."""

    TRL1 = 1, _("1: basic principles observed")
    TRL2 = 2, _("2: concept formulated")
    TRL3 = 3, _("3: proof of concept in the laboratory")
    TRL4 = 4, _("4: tested in the laboratory")
    TRL5 = 5, _("5: tested in a relevant environment")
    TRL6 = 6, _("6: demonstrated in a relevant environment")
    TRL7 = 7, _("7: prototype in real use")
    TRL8 = 8, _("8: complete and qualified")
    TRL9 = 9, _("9: in operation with customers")


class BudgetBand(TextChoices):
    """What a firm means to spend on a challenge, in yen."""

    UNDER_10M = "under_10m", _("Under 10 million yen")
    FROM_10M = "10m_50m", _("10 to 50 million yen")
    FROM_50M = "50m_100m", _("50 to 100 million yen")
    FROM_100M = "100m_500m", _("100 to 500 million yen")
    FROM_500M = "500m_1b", _("500 million to 1 billion yen")
    OVER_1B = "over_1b", _("Over 1 billion yen")


class RevenueBand(TextChoices):
    """Yearly sales of a firm, in yen."""

    UNDER_1B = "under_1b", _("Under 1 billion yen")
    FROM_1B = "1b_5b", _("1 to 5 billion yen")
    FROM_5B = "5b_10b", _("5 to 10 billion yen")
    FROM_10B = "10b_50b", _("10 to 50 billion yen")
    FROM_50B = "50b_100b", _("50 to 100 billion yen")
    OVER_100B = "over_100b", _("Over 100 billion yen")


class Industry(TextChoices):
    """The 33 industry categories of the Securities Identification Code Committee, used by EDINET too."""

    FISHERY_AGRICULTURE = "fishery_agriculture", _("Fishery, agriculture and forestry")
    MINING = "mining", _("Mining")
    CONSTRUCTION = "construction", _("Construction")
    FOODS = "foods", _("Foods")
    TEXTILES = "textiles", _("Textiles and apparel")
    PULP_PAPER = "pulp_paper", _("Pulp and paper")
    CHEMICALS = "chemicals", _("Chemicals")
    PHARMACEUTICAL = "pharmaceutical", _("Pharmaceutical")
    OIL_COAL = "oil_coal", _("Oil and coal products")
    RUBBER = "rubber", _("Rubber products")
    GLASS_CERAMICS = "glass_ceramics", _("Glass and ceramics products")
    IRON_STEEL = "iron_steel", _("Iron and steel")
    NONFERROUS_METALS = "nonferrous_metals", _("Nonferrous metals")
    METAL_PRODUCTS = "metal_products", _("Metal products")
    MACHINERY = "machinery", _("Machinery")
    ELECTRIC_APPLIANCES = "electric_appliances", _("Electric appliances")
    TRANSPORT_EQUIPMENT = "transport_equipment", _("Transportation equipment")
    PRECISION = "precision", _("Precision instruments")
    OTHER_PRODUCTS = "other_products", _("Other products")
    ELECTRICITY_GAS = "electricity_gas", _("Electric power and gas")
    LAND_TRANSPORT = "land_transport", _("Land transportation")
    MARINE_TRANSPORT = "marine_transport", _("Marine transportation")
    AIR_TRANSPORT = "air_transport", _("Air transportation")
    WAREHOUSING = "warehousing", _("Warehousing and harbour transportation")
    INFORMATION = "information", _("Information and communication")
    WHOLESALE = "wholesale", _("Wholesale trade")
    RETAIL_TRADE = "retail_trade", _("Retail trade")
    BANKS = "banks", _("Banks")
    SECURITIES = "securities", _("Securities and commodities futures")
    INSURANCE = "insurance", _("Insurance")
    OTHER_FINANCING = "other_financing", _("Other financing business")
    REAL_ESTATE = "real_estate", _("Real estate")
    SERVICES = "services", _("Services")


# Countries the programme aims at first (ISO 3166-1 alpha-2); startups from elsewhere are welcome too.
TARGET_COUNTRIES: tuple[str, ...] = ("SG", "IN", "ID", "VN", "AU", "IL")
