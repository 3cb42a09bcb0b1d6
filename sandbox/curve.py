"""Public key recovery on secp256k1, the one step `cryptography` does not offer."""

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)

Point = tuple[int, int]
Jacobian = tuple[int, int, int]  # x = X/Z², y = Y/Z³; Z = 0 is the point at infinity
INFINITY: Jacobian = (1, 1, 0)


def recover(digest: bytes, r: int, s: int, odd: int) -> Point | None:
    """Return the public key that made (r, s) over the digest; `odd` is the parity of R's y.

    None when the numbers cannot be a signature. Follows SEC 1, section 4.1.6, without its
    second candidate for r + N, which does not occur in practice.
    """
    if not (0 < r < N and 0 < s < N):
        return None
    y = pow(r**3 + 7, (P + 1) // 4, P)
    if (y * y - r**3 - 7) % P:
        return None
    if y % 2 != odd:
        y = P - y
    inverse = pow(r, -1, N)
    hashed = int.from_bytes(digest, "big")
    sum_of_both = _add(
        _multiply((r, y, 1), s * inverse % N), _multiply((*G, 1), -hashed * inverse % N)
    )
    return _affine(sum_of_both)


def _affine(point: Jacobian) -> Point | None:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, P)
    return x * inverse**2 % P, y * inverse**3 % P


def _multiply(point: Jacobian, factor: int) -> Jacobian:
    total = INFINITY
    for bit in bin(factor)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, point)
    return total


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    s = 4 * x * y * y % P
    m = 3 * x * x % P
    new_x = (m * m - 2 * s) % P
    return new_x, (m * (s - new_x) - 8 * y**4) % P, 2 * y * z % P


def _add(first: Jacobian, second: Jacobian) -> Jacobian:
    if first[2] == 0 or second[2] == 0:
        return second if first[2] == 0 else first
    (x1, y1, z1), (x2, y2, z2) = first, second
    u1, u2 = x1 * z2 * z2 % P, x2 * z1 * z1 % P
    s1, s2 = y1 * z2**3 % P, y2 * z1**3 % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    if h == 0:
        return _double(first) if r == 0 else INFINITY
    x3 = (r * r - h**3 - 2 * u1 * h * h) % P
    return x3, (r * (u1 * h * h - x3) - s1 * h**3) % P, h * z1 * z2 % P
