/* Products of bytes: what linears and attention share. */
#ifndef TANDEM_DOT_H
#define TANDEM_DOT_H

#include "tandem.h"

/* Unsigned codes times signed bytes, four products to a lane. AVX2 alone has no dot
 * product of bytes: two products share 16 bits. Codes of 4 bits do not fill them in a
 * whole group (8 * 2 * 15 * 127 = 30480), and those of 8 bits come in two halves. */
#if LANES == 4 || (LANES == 16 && defined(__AVX512VNNI__)) || \
    (LANES == 8 && defined(__AVXVNNI__))
#define IN_HALVES 0
#else
#define IN_HALVES 1
#endif

/* Keeps GCC from first multiplying everything and then adding: so many products do not
 * fit registers. */
INLINE vi in_order(vi sums) {
#if defined(__x86_64__)
    __asm__("" : "+v"(sums));
#endif
    return sums;
}

INLINE vi dot_add(vi sums, vi codes, vi bytes) {
#if LANES == 16 && !IN_HALVES
    return (vi)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)codes, (__m512i)bytes);
#elif LANES == 16
    __m512i pairs = _mm512_maddubs_epi16((__m512i)codes, (__m512i)bytes);
    return in_order((vi)_mm512_add_epi16((__m512i)sums, pairs));
#elif LANES == 8 && !IN_HALVES
    return (vi)_mm256_dpbusd_avx_epi32((__m256i)sums, (__m256i)codes, (__m256i)bytes);
#elif LANES == 8
    __m256i pairs = _mm256_maddubs_epi16((__m256i)codes, (__m256i)bytes);
    return in_order((vi)_mm256_add_epi16((__m256i)sums, pairs));
#else
    for (int i = 0; i < LANES; i++) {
        for (int shift = 0; shift < 32; shift += 8) {
            sums[i] += ((codes[i] >> shift) & 0xff) * (int8_t)(bytes[i] >> shift);
        }
    }
    return sums;
#endif
}

/* What dot_add has gathered, in units of 1, or of 16 for high halves. */
INLINE vi dot_total(vi sums, int16_t unit) {
#if LANES == 16 && IN_HALVES
    return (vi)_mm512_madd_epi16((__m512i)sums, _mm512_set1_epi16(unit));
#elif LANES == 8 && IN_HALVES
    return (vi)_mm256_madd_epi16((__m256i)sums, _mm256_set1_epi16(unit));
#else
    return sums * unit;
#endif
}

INLINE vi code_load(const uint8_t *p) { return *(const vi_loose *)p; }

INLINE vi byte_quad(const int8_t *p) {
    int32_t quad;
    memcpy(&quad, p, 4);
    return quad - (vi){0};
}

/* Four inputs of a block's group, or of each half of the group where they share bytes.
 * `high`: the high halves, unless codes of 8 bits are whole. */
typedef struct {
    vi low, high;
} code_quad_t;

INLINE code_quad_t codes_split(const uint8_t *codes, const int BITS) {
    vi whole = code_load(codes);
    if (BITS == 8 && !IN_HALVES) return (code_quad_t){whole, (vi){0}};
    return (code_quad_t){whole & 0x0f0f0f0f, (whole >> 4) & 0x0f0f0f0f};
}

#endif
