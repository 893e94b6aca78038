"""The scenario's storefront table: Signal stays listed everywhere, an invented app is missing in one storefront."""

import csv
import io

__all__ = ["storefront_table"]

_COLUMNS = ("store", "app_id", "app_title", "country", "observed", "status", "origin")
_DAYS = ("2021-03-08", "2021-03-12", "2021-03-15", "2021-03-16", "2021-03-18", "2021-03-22", "2021-03-26")
_COUNTRIES = ("CN", "DE", "KE", "US")
_SIGNAL = ("874139669", "Signal - Private Messenger")
_INVENTED = (("990000000001", "Simulated Weather"), ("990000000002", "Simulated News"))  # ids that no store gives out
_MISSING = ("990000000002", "CN")


def storefront_table() -> str:
    """The table as CSV with a header line, one row per app × storefront × day."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for day in _DAYS:
        for app_id, title in (_SIGNAL, *_INVENTED):
            for country in _COUNTRIES:
                status = "not_listed" if (app_id, country) == _MISSING else "listed"
                writer.writerow(("apple", app_id, title, country, day, status, "simulated"))
    return text.getvalue()
