"""To what a challenge and a signature may be reduced, in the words of each database: nothing else.

SHA256 is a function that Django gives to its SQLite connections; without it SQLite changes no
operation at all.
"""

# The last eight characters, and nothing of the rest.
CHALLENGE = {
    "postgresql": "NEW.text = right(OLD.text, 8)",
    "sqlite": "NEW.text = substr(OLD.text, -8)",
}
# The body goes; of the fields only the signature changes, to its end and digest.
OPERATION = {
    "postgresql": """
        length(NEW.body) = 0
        AND NEW.fields - 'signature' - 'signature_sha256' - 'body_sha256' = OLD.fields - 'signature'
        AND NEW.fields ->> 'signature' = '…' || right(OLD.fields ->> 'signature', 8)
        AND NEW.fields ->> 'signature_sha256'
            = encode(sha256(convert_to(OLD.fields ->> 'signature', 'UTF8')), 'hex')
        AND NEW.fields ->> 'body_sha256' = encode(sha256(OLD.body), 'hex')
    """,
    "sqlite": """
        length(NEW.body) = 0
        AND json_remove(NEW.fields, '$.signature', '$.signature_sha256', '$.body_sha256')
            = json_remove(OLD.fields, '$.signature')
        AND json_extract(NEW.fields, '$.signature')
            = '…' || substr(json_extract(OLD.fields, '$.signature'), -8)
        AND json_extract(NEW.fields, '$.signature_sha256')
            = SHA256(json_extract(OLD.fields, '$.signature'))
        AND json_extract(NEW.fields, '$.body_sha256') = SHA256(CAST(OLD.body AS text))
    """,
}
