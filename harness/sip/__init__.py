"""A telephone that speaks SIP: calls placed and taken over the network, with sound in and out."""

from harness.sip.call import SipCall
from harness.sip.invitation import Invitation
from harness.sip.options import SipOptions, SipTransport, Srtp
from harness.sip.phone import SipPhone

__all__ = ["Invitation", "SipCall", "SipOptions", "SipPhone", "SipTransport", "Srtp"]
