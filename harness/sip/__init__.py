"""A telephone that speaks SIP: calls placed and taken over the network, with sound in and out."""

from harness.sip.call import SipCall
from harness.sip.invitation import Invitation
from harness.sip.options import SipOptions, SipTransport, Srtp
from harness.sip.phone import SipPhone
from harness.sip.probing import SipAnswer, probe

__all__ = ["Invitation", "SipAnswer", "SipCall", "SipOptions", "SipPhone", "SipTransport", "Srtp", "probe"]
