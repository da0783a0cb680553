# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asks a telephone system to ring somebody's telephone and then a number."""

from typing import NamedTuple

from ..messaging.sms_gateway import SmsGatewayClient, write_request
from ..messaging.sms_numbers import write_number


class Dial(NamedTuple):
    """Whose telephone rings, and whom it calls."""

    number: str
    extension: str
    user: str = ""


class TelephonyClient(SmsGatewayClient):
    """Hands calls to one telephone system, one request each. Knows no database."""

    def dial(self, dial):
        """Ask for one call.

        :param Dial dial: the number as E.164, or as it is dialled
        :rtype: Outcome
        """
        self.last_answer = None
        return self._try_send(dial)

    def _build(self, message, token):
        values = build_values(self.gateway, message)
        return write_request(self.gateway, values, token)


def build_values(gateway, dial):
    """Return what the names in braces stand for.

    >>> from ..messaging.sms_gateway import Gateway
    >>> build_values(Gateway("https://a.example/", number_format="digits"), Dial("+2250708091011", "101", "awa"))
    {'number': '2250708091011', 'extension': '101', 'user': 'awa'}
    >>> build_values(Gateway("https://a.example/", number_format="national"), Dial("36180", "101"))["number"]
    '36180'
    """
    is_international = dial.number.startswith("+")
    number = write_number(dial.number, gateway.number_format) if is_international else dial.number
    return {"number": number, "extension": dial.extension, "user": dial.user}
