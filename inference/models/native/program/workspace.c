/* The buffers of passes, made anew when a pass is larger than any before it. */
#include <stdlib.h>

#include "pass.h"

#define PHASES_A_LAYER 20

static void *room(int64_t bytes) {
    void *place = NULL;
    /* A vector more than asked for: the last one may reach over the end. */
    if (posix_memalign(&place, 64,
                       (size_t)round_up((int)(bytes % 64), 64) +
                           (size_t)(bytes / 64 * 64) + 256))
        return NULL;
    return place;
}

static int rows_make(rows_t *rows, int num_rows, int width) {
    rows->stride = round_up(width, GROUP);
    int64_t count = (int64_t)num_rows * rows->stride;
    rows->values = room(count * 4);
    rows->groups = room(count / GROUP * (int64_t)sizeof(group_t));
    rows->exact = room((int64_t)num_rows * EXACT * 4);
    if (!rows->values || !rows->groups || !rows->exact) return -1;
    memset(rows->values, 0,
           (size_t)count * 4); /* what lies behind a row's width stays 0 */
    return 0;
}

static void rows_free(rows_t *rows) {
    free(rows->values);
    free(rows->groups);
    free(rows->exact);
    *rows = (rows_t){0};
}

static void buffers_free(workspace_t *work) {
    rows_free(&work->x);
    rows_free(&work->normed);
    rows_free(&work->attended);
    rows_free(&work->hidden);
    for (int i = 0; work->own && i < team_size(work->team); i++)
        rows_free(&work->own[i]);
    free(work->own);
    free(work->projected);
    free(work->cosine);
    free(work->sine);
    free(work->scratch);
    free(work->segments);
    free(work->counters);
    work->projected = work->cosine = work->sine = work->scratch = NULL;
    work->own = NULL;
    work->segments = NULL;
    work->counters = NULL;
    work->num_tokens = 0;
}

static int widest(int a, int b) { return a > b ? a : b; }

/* Buffers for passes of up to `num_tokens`, through either stack. 0, or -1: no memory.
 */
int workspace_reserve(workspace_t *work, const stack_t *decoder, const stack_t *encoder,
                      int num_tokens, int longest) {
    if (num_tokens <= work->num_tokens &&
        round_up(longest, PAGE) <= work->scratch_stride)
        return 0;
    longest = widest(longest, work->scratch_stride);
    num_tokens = widest(num_tokens, work->num_tokens);
    buffers_free(work);
    int width = 0, attended = 0, hidden = 0, projected = 0, half = 0, layers = 0;
    const stack_t *stacks[] = {decoder, encoder};
    for (int i = 0; i < 2; i++) {
        const stack_t *s = stacks[i];
        if (!s) continue;
        width = widest(width, s->width);
        attended = widest(attended, s->num_heads * s->head_width);
        hidden = widest(hidden, s->ffn_width);
        projected =
            widest(projected, (s->num_heads + 2 * s->num_kv_heads) * s->head_width);
        projected = widest(projected, s->ffn_width * (s->is_gated ? 2 : 1));
        half = widest(half, s->head_width / 2);
        layers += s->num_layers;
    }
    work->projected_stride = round_up(projected, GROUP);
    work->scratch_stride = round_up(longest, PAGE);
    work->num_counters = (layers + 2) * PHASES_A_LAYER;
    int failed = rows_make(&work->x, num_tokens, width) |
                 rows_make(&work->normed, num_tokens, width) |
                 rows_make(&work->attended, num_tokens, attended) |
                 rows_make(&work->hidden, num_tokens, hidden);
    work->own = calloc((size_t)team_size(work->team), sizeof(rows_t));
    for (int i = 0; work->own && i < team_size(work->team); i++) {
        failed |=
            rows_make(&work->own[i], FEW, widest(widest(width, attended), hidden));
    }
    work->projected = room((int64_t)num_tokens * work->projected_stride * 4);
    work->cosine = room((int64_t)num_tokens * half * 4);
    work->sine = room((int64_t)num_tokens * half * 4);
    work->scratch =
        room((int64_t)team_size(work->team) * TILE * work->scratch_stride * 4);
    work->segments = room((int64_t)num_tokens * (int64_t)sizeof(segment_t));
    work->counters = room((int64_t)work->num_counters * (int64_t)sizeof(atomic_int));
    if (failed || !work->own || !work->projected || !work->cosine || !work->sine ||
        !work->scratch || !work->segments || !work->counters) {
        buffers_free(work);
        work->scratch_stride = 0;
        return -1;
    }
    work->num_tokens = num_tokens;
    return 0;
}

workspace_t *workspace_new(int num_threads) {
    workspace_t *work = calloc(1, sizeof *work);
    if (work && !(work->team = team_new(num_threads))) {
        free(work);
        work = NULL;
    }
    return work;
}

void workspace_free(workspace_t *work) {
    buffers_free(work);
    team_free(work->team);
    free(work);
}
