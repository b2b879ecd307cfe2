/* One pass of tokens through a stack of layers.
 *
 * All threads run the same phases; inside a phase each takes the next piece of work
 * from a counter, so a thread that a busy neighbour holds up takes fewer pieces. At the
 * end of a phase they meet.
 */
#include "pass.h"

#define PIECE (1 << 22) /* multiply-adds after which a thread asks for more */

typedef struct {
    pass_t *pass;
    int thread, phase;
} runner_t;

static void phase(runner_t *runner, task_fn *fn, job_t job, int count, int grain) {
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

/* Rows made ready for a linear. Few rows every thread makes for itself. */
static const rows_t *rows_ready(runner_t *runner, task_fn *fn, job_t job,
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
