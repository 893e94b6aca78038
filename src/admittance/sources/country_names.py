"""English names of countries, as geolocation databases spell them, and the codes they stand for."""

from functools import cache

__all__ = ["country_of_name"]

_NAMES = """
AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla; AL Albania; AM Armenia; AO Angola;
AQ Antarctica; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba; AX Åland Islands; AX Åland; AZ Azerbaijan;
BA Bosnia and Herzegovina; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi; BJ
Benin; BL Saint Barthélemy; BM Bermuda; BN Brunei; BN Brunei Darussalam; BO Bolivia; BO Bolivia, Plurinational State of; BQ
Bonaire, Sint Eustatius, and Saba; BR Brazil; BS Bahamas; BS The Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY
Belarus; BZ Belize; CA Canada; CC Cocos (Keeling) Islands; CD DR Congo; CD Democratic Republic of the Congo; CD Congo, The
Democratic Republic of the; CF Central African Republic; CG Congo; CG Republic of the Congo; CG Congo Republic; CH
Switzerland; CI Ivory Coast; CI Côte d'Ivoire; CI Cote D'Ivoire; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO
Colombia; CR Costa Rica; CU Cuba; CV Cabo Verde; CV Cape Verde; CW Curaçao; CX Christmas Island; CY Cyprus; CZ Czechia; CZ
Czech Republic; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia;
EG Egypt; EH Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands; FM Federated States
of Micronesia; FM Micronesia; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom; GB UK; GB Great
Britain; GD Grenada; GE Georgia; GF French
Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GM The Gambia; GN Guinea; GP Guadeloupe; GQ Equatorial
Guinea; GR Greece; GS South Georgia and the South Sandwich Islands; GT Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK
Hong Kong; HM Heard and McDonald Islands; HN Honduras; HR Croatia; HT Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel;
IM Isle of Man; IN India; IO British Indian Ocean Territory; IQ Iraq; IR Iran; IR Iran, Islamic Republic of; IS Iceland; IT
Italy; JE Jersey; JM Jamaica; JO Jordan; JO Hashemite Kingdom of Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia; KI
Kiribati; KM Comoros; KN St Kitts and Nevis; KN Saint Kitts and Nevis; KP North Korea; KP Korea, Democratic People's Republic
of; KR South Korea; KR Republic of Korea; KR Korea, Republic of; KW Kuwait; KY Cayman Islands; KZ Kazakhstan; LA Laos; LA Lao
People's Democratic Republic; LB Lebanon; LC Saint Lucia; LC St Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho;
LT Lithuania; LT Republic of Lithuania; LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; MD Republic of
Moldova; MD Moldova, Republic of; ME Montenegro; MF Saint Martin; MG Madagascar; MH Marshall Islands; MK North Macedonia; MK
Macedonia; ML Mali; MM Myanmar; MM Myanmar [Burma]; MM Burma; MN Mongolia; MO Macao; MO Macau; MP Northern Mariana Islands; MQ
Martinique; MR Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ
Mozambique; NA Namibia; NC New Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua; NL Netherlands; NL The
Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia; PG
Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PM Saint Pierre and Miquelon; PN Pitcairn Islands; PR Puerto Rico;
PS Palestine; PS Palestinian Territory; PS Palestine, State of; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO
Romania; RS Serbia; RU Russia; RU Russian Federation; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan;
SE Sweden; SG Singapore; SH Saint Helena; SI Slovenia; SJ Svalbard and Jan Mayen; SK Slovakia; SL Sierra Leone; SM San Marino;
SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST São Tomé and Príncipe; SV El Salvador; SX Sint Maarten; SY Syria; SY
Syrian Arab Republic; SZ Eswatini; SZ Swaziland; TC Turks and Caicos Islands; TD Chad; TF French Southern Territories; TG
Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste; TL East Timor; TL Democratic Republic of Timor-Leste; TM
Turkmenistan; TN Tunisia; TO Tonga; TR Turkey; TR Türkiye; TT Trinidad and Tobago; TV Tuvalu; TW Taiwan; TW Taiwan, Province
of China; TZ Tanzania; TZ Tanzania, United Republic of; UA Ukraine; UG Uganda; UM U.S. Minor Outlying Islands; UM U.S.
Outlying Islands; US United States; US United States of America; US
USA; UY Uruguay; UZ Uzbekistan; VA Vatican City; VC Saint Vincent
and the Grenadines; VC St Vincent and Grenadines; VE Venezuela; VE Venezuela, Bolivarian Republic of; VG British Virgin
Islands; VI U.S. Virgin Islands; VN Vietnam; VN Viet Nam; VU Vanuatu; WF Wallis and Futuna; WS Samoa; XK Kosovo; YE Yemen; YT
Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""


@cache
def _codes() -> dict[str, str]:
    entries = (entry.strip().partition(" ") for entry in _NAMES.replace("\n", " ").split(";"))
    return {name.casefold(): code for code, _, name in entries}


def country_of_name(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country by its English name, case ignored; null for a name that is not known."""
    return _codes().get(" ".join(name.split()).casefold())
