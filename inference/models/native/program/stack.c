/* One pass of tokens through a stack of layers.
 *
 * All threads run the same phases; inside a phase each takes the next piece of work
 * from a counter, so a thread that a busy neighbour holds up takes fewer pieces. At the
 * end of a phase they meet.
 */
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "tandem.h"

#define PHASES_A_LAYER 20
#define SEGMENT 4       /* tokens of one slot that attend together */
#define PIECE (1 << 22) /* multiply-adds after which a thread asks for more */
#define FEW 4 /* rows that every thread rather prepares for itself than to wait */

typedef struct {
    float *base;
    int64_t capacity;
} buffer_t;

typedef struct {
    int32_t token, count; /* consecutive tokens of one slot */
} segment_t;

typedef struct {
    team_t *team;
    int num_tokens; /* for which the buffers are made */
    rows_t x, normed, attended, hidden;
    rows_t *own; /* of each thread, for FEW tokens */
    float *projected, *cosine, *sine, *scratch;
    int32_t projected_stride, scratch_stride;
    segment_t *segments;
    atomic_int *counters;
    int num_counters;
} workspace_t;

/* What the phases of one pass read. */
typedef struct {
    const stack_t *stack;
    const batch_t *batch;
    workspace_t *work;
    cache_t cache, source_cache;
    int num_segments;
    int are_alone; /* no two tokens of one slot: none reads what another writes */
    const stack_t *decoder;
} pass_t;

typedef struct {
    pass_t *pass;
    const layer_t *layer;
    int layer_number;
    const attention_t *attention;
    const linear_t *linear;
    const norm_t *norm;
    const rows_t *in;
    rows_t *rows;
    float *out;
    int num_rows, out_stride, add;
} job_t;

typedef void (*task_fn)(const job_t *job, int first, int last, int thread);

typedef struct {
    pass_t *pass;
    int thread, phase;
} runner_t;

static void phase(runner_t *runner, task_fn fn, job_t job, int count, int grain) {
    workspace_t *work = runner->pass->work;
    job.pass = runner->pass;
    atomic_int *counter = &work->counters[runner->phase++];
    for (;;) {
        int first = atomic_fetch_add(counter, grain);
        if (first >= count) break;
        fn(&job, first, least(first + grain, count), runner->thread);
    }
    team_barrier(work->team);
}

/* ---- Tasks ---- */

static float *row_of(const rows_t *rows, int row) {
    return rows->values + (int64_t)row * rows->stride;
}

static void task_embed(const job_t *job, int first, int last, int thread) {
    (void)thread;
    const stack_t *s = job->pass->stack;
    const batch_t *batch = job->pass->batch;
    workspace_t *work = job->pass->work;
    int half = s->head_width / 2;
    for (int t = first; t < last; t++) {
        float *x = row_of(&work->x, t);
        const float *embedding = s->embedding + (int64_t)batch->token[t] * s->width;
        const float *position =
            s->positions ? s->positions + (int64_t)batch->position[t] * s->width : NULL;
        for (int i = 0; i < s->width; i++) {
            x[i] = embedding[i] * s->embedding_scale;
            if (position) x[i] += position[i];
        }
        memset(x + s->width, 0, (size_t)(work->x.stride - s->width) * sizeof(float));
        for (int i = 0; s->rope_frequencies && i < half; i++) {
            float angle = (float)batch->position[t] * s->rope_frequencies[i];
            work->cosine[(int64_t)t * half + i] = cosf(angle) * s->rope_scale;
            work->sine[(int64_t)t * half + i] = sinf(angle) * s->rope_scale;
        }
    }
}

/* Norm (unless it comes after the block), and bytes for weights of few bits. */
static void task_prepare(const job_t *job, int first, int last, int thread) {
    (void)thread;
    const stack_t *s = job->pass->stack;
    for (int t = first; t < last; t++) {
        const float *x = row_of(job->in, t);
        float *out = row_of(job->rows, t);
        if (job->norm && job->norm->weight) {
            row_norm(s, job->norm, x, out, job->rows->stride);
        } else if (x != out) {
            memcpy(out, x, (size_t)job->rows->stride * sizeof(float));
        }
        if (job->linear && job->linear->bits != 32)
            row_quantise(job->rows, t, job->num_rows, job->linear);
    }
}

/* The rows whose logits are wanted, normed, one after the other. */
static void task_prepare_outputs(const job_t *job, int first, int last, int thread) {
    (void)thread;
    pass_t *pass = job->pass;
    for (int i = first; i < last; i++) {
        const float *x = row_of(&pass->work->x, pass->batch->output_rows[i]);
        float *out = row_of(job->rows, i);
        if (job->norm->weight) {
            row_norm(pass->stack, job->norm, x, out, job->rows->stride);
        } else {
            memcpy(out, x, (size_t)job->rows->stride * sizeof(float));
        }
        if (job->linear->bits != 32)
            row_quantise(job->rows, i, job->num_rows, job->linear);
    }
}

static void task_linear(const job_t *job, int first, int last, int thread) {
    (void)thread;
    linear_blocks(job->linear, job->in, job->num_rows, first * 2, last * 2, job->out,
                  job->out_stride, job->add);
}

static uint8_t *slot_of(cache_t cache, int slot, int layer) {
    return cache.base + slot * cache.slot_bytes + layer * cache.layer_bytes;
}

/* Of one token: the queries that read this kv head, and its key, turned; then the key
 * and value are kept. */
static void rope_and_write(const job_t *job, int t, int kv_head) {
    const stack_t *s = job->pass->stack;
    const batch_t *batch = job->pass->batch;
    workspace_t *work = job->pass->work;
    const attention_t *self = &job->layer->self;
    int width = s->head_width, heads = s->num_heads / s->num_kv_heads;
    float *queries = work->projected + (int64_t)t * work->projected_stride;
    float *key = queries + (s->num_heads + kv_head) * width;
    const float *cosine = work->cosine + (int64_t)t * (width / 2);
    const float *sine = work->sine + (int64_t)t * (width / 2);
    for (int h = 0; h <= heads; h++) {
        float *head = h < heads ? queries + (kv_head * heads + h) * width : key;
        const norm_t *norm = h < heads ? &self->query_norm : &self->key_norm;
        if (norm->weight) row_head_norm(s, norm, head);
        if (s->rope_frequencies) row_rope(s, head, cosine, sine);
    }
    cache_write(s, slot_of(job->pass->cache, batch->slot[t], job->layer_number),
                job->pass->cache.page_bytes, kv_head, batch->position[t], key,
                key + s->num_kv_heads * width);
}

static void task_rope_and_write(const job_t *job, int first, int last, int thread) {
    (void)thread;
    int kv_heads = job->pass->stack->num_kv_heads;
    for (int i = first; i < last; i++) rope_and_write(job, i / kv_heads, i % kv_heads);
}

static void task_attend(const job_t *job, int first, int last, int thread) {
    pass_t *pass = job->pass;
    const stack_t *s = pass->stack;
    const batch_t *batch = pass->batch;
    workspace_t *work = pass->work;
    float *scratch = work->scratch + (int64_t)thread * TILE * work->scratch_stride;
    for (int i = first; i < last; i++) {
        segment_t segment = work->segments[i / s->num_kv_heads];
        int t = segment.token;
        if (pass->are_alone) rope_and_write(job, t, i % s->num_kv_heads);
        attention_task_t task = {
            .query = work->projected + (int64_t)t * work->projected_stride,
            .query_stride = work->projected_stride,
            .out = row_of(&work->attended, t),
            .out_stride = work->attended.stride,
            .slot = slot_of(pass->cache, batch->slot[t], job->layer_number),
            .page_bytes = pass->cache.page_bytes,
            .kv_head = i % s->num_kv_heads,
            .num_tokens = segment.count,
            .first = batch->first + t,
            .last = batch->last + t,
            .position = batch->position + t,
            .bias_by_distance = s->bias_by_distance,
        };
        attend(s, &task, scratch, work->scratch_stride);
    }
}

static void task_attend_source(const job_t *job, int first, int last, int thread) {
    pass_t *pass = job->pass;
    const stack_t *s = pass->stack;
    const batch_t *batch = pass->batch;
    workspace_t *work = pass->work;
    float *scratch = work->scratch + (int64_t)thread * TILE * work->scratch_stride;
    for (int i = first; i < last; i++) {
        int t = i / s->num_kv_heads;
        attention_task_t task = {
            .query = work->projected + (int64_t)t * work->projected_stride,
            .query_stride = work->projected_stride,
            .out = row_of(&work->attended, t),
            .out_stride = work->attended.stride,
            .slot =
                slot_of(pass->source_cache, batch->source_slot[t], job->layer_number),
            .page_bytes = pass->source_cache.page_bytes,
            .kv_head = i % s->num_kv_heads,
            .num_tokens = 1,
            .last = batch->source_length + t,
        };
        if (batch->align_row && batch->align_row[t] >= 0) {
            int64_t row =
                (int64_t)batch->align_row[t] * s->num_layers + job->layer_number;
            task.align_stride = batch->align_stride;
            task.alignment =
                batch->alignments + row * s->num_heads * batch->align_stride;
        }
        attend(s, &task, scratch, work->scratch_stride);
    }
}

static void task_activate(const job_t *job, int first, int last, int thread) {
    (void)thread;
    workspace_t *work = job->pass->work;
    for (int t = first; t < last; t++) {
        row_activate(job->pass->stack,
                     work->projected + (int64_t)t * work->projected_stride,
                     row_of(job->rows, t), job->rows->stride);
        if (job->linear->bits != 32)
            row_quantise(job->rows, t, job->num_rows, job->linear);
    }
}

/* The encoder's output as keys and values of one decoder layer. */
static void task_write_source(const job_t *job, int first, int last, int thread) {
    (void)thread;
    pass_t *pass = job->pass;
    const stack_t *s = pass->decoder;
    const batch_t *batch = pass->batch;
    for (int t = first; t < last; t++) {
        const float *keys =
            pass->work->projected + (int64_t)t * pass->work->projected_stride;
        uint8_t *slot =
            slot_of(pass->source_cache, batch->source_slot[t], job->layer_number);
        for (int h = 0; h < s->num_kv_heads; h++) {
            const float *key = keys + h * s->head_width;
            cache_write(s, slot, pass->source_cache.page_bytes, h, batch->position[t],
                        key, key + s->num_kv_heads * s->head_width);
        }
    }
}

/* ---- Phases ---- */

/* Rows made ready for a linear. Few rows every thread makes for itself. */
static const rows_t *rows_ready(runner_t *runner, task_fn fn, job_t job,
                                rows_t *shared) {
    workspace_t *work = runner->pass->work;
    int num_tokens = runner->pass->batch->num_tokens;
    job.rows = shared;
    job.num_rows = num_tokens;
    if (num_tokens > FEW || team_size(work->team) == 1) {
        phase(runner, fn, job, num_tokens, 1);
        return shared;
    }
    rows_t *own = &work->own[runner->thread];
    own->stride = shared->stride;
    job.rows = own;
    job.pass = runner->pass;
    fn(&job, 0, num_tokens, runner->thread);
    return own;
}

static const rows_t *prepare(runner_t *runner, const norm_t *norm, const rows_t *in,
                             const linear_t *linear) {
    if (!norm && linear->bits == 32) return in;
    job_t job = {.norm = norm, .in = in, .linear = linear};
    workspace_t *work = runner->pass->work;
    return rows_ready(runner, task_prepare, job,
                      in == &work->attended ? &work->attended : &work->normed);
}

static void multiply(runner_t *runner, const linear_t *linear, const rows_t *in,
                     int num_rows, float *out, int stride, int add) {
    job_t job = {.linear = linear,
                 .in = in,
                 .num_rows = num_rows,
                 .out = out,
                 .out_stride = stride,
                 .add = add};
    int pairs = linear->outputs / LANES / 2;
    int64_t products = (int64_t)linear->inputs * LANES * 2 * num_rows; /* of a pair */
    int grain = least(pairs / (team_size(runner->pass->work->team) * 8),
                      (int)(PIECE / products));
    phase(runner, task_linear, job, pairs, grain < 1 ? 1 : grain);
}

static void project(runner_t *runner, const linear_t *linear, const rows_t *in) {
    workspace_t *work = runner->pass->work;
    multiply(runner, linear, in, runner->pass->batch->num_tokens, work->projected,
             work->projected_stride, 0);
}

/* A block's output joins the residual stream: added, or added and then normed. */
static void join(runner_t *runner, const norm_t *norm, const linear_t *linear,
                 const rows_t *in) {
    workspace_t *work = runner->pass->work;
    int num_tokens = runner->pass->batch->num_tokens;
    multiply(runner, linear, in, num_tokens, work->x.values, work->x.stride, 1);
    if (!runner->pass->stack->norm_first) {
        job_t job = {.norm = norm, .in = &work->x, .rows = &work->x};
        phase(runner, task_prepare, job, num_tokens, 1);
    }
}

static const norm_t *norm_before(const stack_t *stack, const norm_t *norm) {
    return stack->norm_first ? norm : NULL;
}

static void self_attention(runner_t *runner, const layer_t *layer, int number) {
    pass_t *pass = runner->pass;
    const attention_t *self = &layer->self;
    rows_t *x = &pass->work->x, *attended = &pass->work->attended;
    int kv_heads = pass->stack->num_kv_heads;
    job_t job = {.layer = layer, .layer_number = number};
    project(runner, &self->input,
            prepare(runner, norm_before(pass->stack, &self->norm), x, &self->input));
    if (!pass->are_alone)
        phase(runner, task_rope_and_write, job, pass->batch->num_tokens * kv_heads, 1);
    phase(runner, task_attend, job, pass->num_segments * kv_heads, 1);
    join(runner, &self->norm, &self->output,
         prepare(runner, NULL, attended, &self->output));
}

static void cross_attention(runner_t *runner, const layer_t *layer, int number) {
    pass_t *pass = runner->pass;
    const attention_t *cross = &layer->cross;
    rows_t *x = &pass->work->x, *attended = &pass->work->attended;
    job_t job = {.layer = layer, .layer_number = number};
    project(runner, &cross->input,
            prepare(runner, norm_before(pass->stack, &cross->norm), x, &cross->input));
    phase(runner, task_attend_source, job,
          pass->batch->num_tokens * pass->stack->num_kv_heads, 1);
    join(runner, &cross->norm, &cross->output,
         prepare(runner, NULL, attended, &cross->output));
}

static void feed_forward(runner_t *runner, const layer_t *layer) {
    pass_t *pass = runner->pass;
    workspace_t *work = pass->work;
    job_t job = {.linear = &layer->down};
    project(runner, &layer->up,
            prepare(runner, norm_before(pass->stack, &layer->ffn_norm), &work->x,
                    &layer->up));
    join(runner, &layer->ffn_norm, &layer->down,
         rows_ready(runner, task_activate, job, &work->hidden));
}

static void layers_run(runner_t *runner) {
    const stack_t *stack = runner->pass->stack;
    phase(runner, task_embed, (job_t){0}, runner->pass->batch->num_tokens, 1);
    for (int n = 0; n < stack->num_layers; n++) {
        const layer_t *layer = &stack->layers[n];
        self_attention(runner, layer, n);
        if (stack->has_cross) cross_attention(runner, layer, n);
        feed_forward(runner, layer);
    }
}

typedef struct {
    pass_t pass;
    const linear_t *head;
} decode_t;

static void decode(void *context, int thread) {
    decode_t *decode = context;
    runner_t runner = {.pass = &decode->pass, .thread = thread};
    workspace_t *work = decode->pass.work;
    const batch_t *batch = decode->pass.batch;
    layers_run(&runner);
    job_t job = {.norm = &decode->pass.stack->final_norm,
                 .rows = &work->normed,
                 .linear = decode->head,
                 .num_rows = batch->num_outputs};
    phase(&runner, task_prepare_outputs, job, batch->num_outputs, 1);
    multiply(&runner, decode->head, &work->normed, batch->num_outputs, batch->logits,
             decode->head->outputs, 0);
}

static void encode(void *context, int thread) {
    pass_t *pass = context;
    runner_t runner = {.pass = pass, .thread = thread};
    workspace_t *work = pass->work;
    const layer_t *layers = pass->decoder->layers;
    int num_tokens = pass->batch->num_tokens;
    layers_run(&runner);
    const norm_t *norm =
        pass->stack->final_norm.weight ? &pass->stack->final_norm : NULL;
    const rows_t *output = prepare(&runner, norm, &work->x, &layers[0].cross.key_value);
    for (int n = 0; n < pass->decoder->num_layers; n++) {
        project(&runner, &layers[n].cross.key_value, output);
        phase(&runner, task_write_source, (job_t){.layer_number = n}, num_tokens, 1);
    }
}

/* ---- Workspaces ---- */

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

/* ---- What Python calls ---- */

static int segments_find(workspace_t *work, const batch_t *batch) {
    int count = 0;
    for (int t = 0; t < batch->num_tokens; t++) {
        segment_t *open = count ? &work->segments[count - 1] : NULL;
        if (open && open->count < SEGMENT &&
            batch->slot[t] == batch->slot[open->token]) {
            open->count++;
        } else {
            work->segments[count++] = (segment_t){t, 1};
        }
    }
    return count;
}

static pass_t pass_begin(workspace_t *work, const stack_t *stack,
                         const batch_t *batch) {
    memset(work->counters, 0, (size_t)work->num_counters * sizeof(atomic_int));
    pass_t pass = {.stack = stack,
                   .batch = batch,
                   .work = work,
                   .num_segments = segments_find(work, batch)};
    pass.are_alone = pass.num_segments == batch->num_tokens;
    return pass;
}

/* workspace_reserve comes first. Slots and positions are the caller's responsibility.
 */
void stack_decode(workspace_t *work, const stack_t *decoder, const linear_t *head,
                  const batch_t *batch, cache_t cache, cache_t source_cache) {
    decode_t context = {.pass = pass_begin(work, decoder, batch), .head = head};
    context.pass.cache = cache;
    context.pass.source_cache = source_cache;
    team_run(work->team, decode, &context);
}

/* `cache` is scratch; a token's slot in it is its sequence's number in this pass. */
void stack_encode(workspace_t *work, const stack_t *encoder, const stack_t *decoder,
                  const batch_t *batch, cache_t cache, cache_t source_cache) {
    pass_t pass = pass_begin(work, encoder, batch);
    pass.cache = cache;
    pass.source_cache = source_cache;
    pass.decoder = decoder;
    team_run(work->team, encode, &pass);
}

/* Address space that takes memory only where it is written. NULL: none is left. */
void *region_new(int64_t bytes) {
    void *place = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return place == MAP_FAILED ? NULL : place;
}

/* Large pages where the system has them: weights are read from end to end. */
void region_advise_large(void *base, int64_t bytes) {
#ifdef MADV_HUGEPAGE
    madvise(base, (size_t)bytes, MADV_HUGEPAGE);
#else
    (void)base, (void)bytes;
#endif
}

/* Give the memory of a part back; it reads as 0 again. `base` lies on a page. */
void region_clear(void *base, int64_t bytes) {
    if (madvise(base, (size_t)bytes, MADV_DONTNEED)) memset(base, 0, (size_t)bytes);
}

void region_copy(void *target, const void *source, int64_t bytes) {
    memcpy(target, source, (size_t)bytes);
}

void region_free(void *base, int64_t bytes) { munmap(base, (size_t)bytes); }
