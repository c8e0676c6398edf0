"""What names of members let one expect."""

from __future__ import annotations

import re
from functools import lru_cache

EARLIER = frozenset(("created", "start", "started", "from", "begin", "since", "joined", "published", "last"))
LATER = frozenset(("end", "ended", "until", "expires", "expiry", "due", "to", "scheduled", "next"))

PROVIDERS: dict[str, str] = {
    "email": "ascii_safe_email",
    "e_mail": "ascii_safe_email",
    "mail": "ascii_safe_email",
    "first_name": "first_name",
    "firstname": "first_name",
    "given_name": "first_name",
    "last_name": "last_name",
    "lastname": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
    "full_name": "name",
    "name": "name",
    "author": "name",
    "owner": "name",
    "username": "user_name",
    "user_name": "user_name",
    "login": "user_name",
    "nickname": "user_name",
    "phone": "phone_number",
    "phone_number": "phone_number",
    "mobile": "phone_number",
    "telephone": "phone_number",
    "fax": "phone_number",
    "city": "city",
    "town": "city",
    "country": "country",
    "country_code": "country_code",
    "state": "state",
    "province": "state",
    "street": "street_address",
    "street_address": "street_address",
    "address": "street_address",
    "address_line": "street_address",
    "location": "city",
    "zip": "postcode",
    "zip_code": "postcode",
    "zipcode": "postcode",
    "postcode": "postcode",
    "postal_code": "postcode",
    "company": "company",
    "company_name": "company",
    "organization": "company",
    "organisation": "company",
    "employer": "company",
    "brand": "company",
    "job": "job",
    "job_title": "job",
    "position": "job",
    "occupation": "job",
    "profession": "job",
    "title": "catch_phrase",
    "subject": "catch_phrase",
    "headline": "catch_phrase",
    "url": "url",
    "uri": "url",
    "link": "url",
    "href": "url",
    "website": "url",
    "homepage": "url",
    "webhook": "url",
    "image": "image_url",
    "image_url": "image_url",
    "avatar": "image_url",
    "photo": "image_url",
    "picture": "image_url",
    "logo": "image_url",
    "ip": "ipv4_private",
    "ip_address": "ipv4_private",
    "domain": "domain_name",
    "host": "domain_name",
    "hostname": "domain_name",
    "color": "color_name",
    "colour": "color_name",
    "currency": "currency_code",
    "iban": "iban",
    "isbn": "isbn13",
    "ean": "ean13",
    "language": "language_code",
    "locale": "locale",
    "timezone": "timezone",
    "time_zone": "timezone",
    "description": "sentence",
    "summary": "sentence",
    "message": "sentence",
    "comment": "sentence",
    "comments": "sentence",
    "note": "sentence",
    "notes": "sentence",
    "text": "sentence",
    "body": "sentence",
    "bio": "sentence",
    "reason": "sentence",
    "instructions": "sentence",
    "content": "sentence",
    "slug": "slug",
    "user_agent": "user_agent",
    "filename": "file_name",
    "file_name": "file_name",
    "mime_type": "mime_type",
    "content_type": "mime_type",
}
"""By which of Faker's methods the text of a name is made."""

THINGS = frozenset(
    ("product", "item", "file", "project", "category", "group", "role", "tag", "event", "field", "plan", "error")
)
"""Whose name is no person's."""

COMPANIES = frozenset(
    ("company", "organization", "organisation", "employer", "brand", "vendor", "supplier", "manufacturer")
)

BIRTHS = frozenset(("birth", "birthday", "birthdate", "dob", "born"))


@lru_cache(4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a member's name, in lower case: of `jobTitle`, `job-title` and `job_title` the same."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name))
