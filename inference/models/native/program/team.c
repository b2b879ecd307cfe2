/* A few threads that run one function together, meeting at barriers.
 *
 * They wait by spinning for some microseconds, because phases follow each other
 * closely, and then sleep: with a busy neighbour on the machine a thread that spins on
 * would hold up the very thread it is waiting for, and one that merely yields would get
 * its core back too late.
 */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "tandem.h"

#define SPINS 1000

struct team {
    int size;
    atomic_int arrived, round, sleepers; /* of the barrier */
    atomic_int job;                      /* counts; a new number calls the helpers */
    team_fn fn;
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t called;
    int is_ending;
    pthread_t *helpers;
};

typedef struct {
    team_t *team;
    int thread;
} helper_t;

static void pause_shortly(void) {
#if defined(__x86_64__)
    _mm_pause();
#endif
}

static void sleep_while(atomic_int *value, int old) {
#if defined(__linux__)
    syscall(SYS_futex, value, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
#else
    (void)value, (void)old;
    sched_yield();
#endif
}

static void wake_all(atomic_int *value) {
#if defined(__linux__)
    syscall(SYS_futex, value, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
#else
    (void)value;
#endif
}

void team_barrier(team_t *team) {
    if (team->size == 1) return;
    int round = atomic_load(&team->round);
    if (atomic_fetch_add(&team->arrived, 1) == team->size - 1) {
        atomic_store(&team->arrived, 0);
        atomic_store(&team->round, round + 1);
        if (atomic_load(&team->sleepers)) wake_all(&team->round);
        return;
    }
    for (int spins = 0; spins < SPINS; spins++) {
        if (atomic_load_explicit(&team->round, memory_order_acquire) != round) return;
        pause_shortly();
    }
    atomic_fetch_add(&team->sleepers, 1);
    while (atomic_load(&team->round) == round) sleep_while(&team->round, round);
    atomic_fetch_sub(&team->sleepers, 1);
}

static void wait_for_call(team_t *team, int job) {
    for (int spins = 0; spins < SPINS; spins++) {
        if (atomic_load_explicit(&team->job, memory_order_acquire) != job) return;
        pause_shortly();
    }
    pthread_mutex_lock(&team->lock);
    while (atomic_load(&team->job) == job)
        pthread_cond_wait(&team->called, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

static void *help(void *argument) {
    helper_t helper = *(helper_t *)argument;
    free(argument);
    for (int job = 0;; job++) {
        wait_for_call(helper.team, job);
        if (helper.team->is_ending) return NULL;
        helper.team->fn(helper.team->context, helper.thread);
        team_barrier(helper.team);
    }
}

static void call(team_t *team) {
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->job, 1);
    pthread_cond_broadcast(&team->called);
    pthread_mutex_unlock(&team->lock);
}

team_t *team_new(int size) {
    team_t *team = calloc(1, sizeof *team);
    if (!team) return NULL;
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->called, NULL);
    team->helpers = calloc((size_t)size, sizeof *team->helpers);
    team->size = 1;
    for (int i = 1; i < size; i++) {
        helper_t *helper = malloc(sizeof *helper);
        *helper = (helper_t){team, i};
        if (pthread_create(&team->helpers[i], NULL, help, helper)) {
            free(helper);
            break; /* fewer do it as well */
        }
        team->size++;
    }
    return team;
}

void team_free(team_t *team) {
    team->is_ending = 1;
    call(team);
    for (int i = 1; i < team->size; i++) pthread_join(team->helpers[i], NULL);
    free(team->helpers);
    free(team);
}

int team_size(const team_t *team) { return team->size; }

void team_run(team_t *team, team_fn fn, void *context) {
    if (team->size == 1) {
        fn(context, 0);
        return;
    }
    team->fn = fn;
    team->context = context;
    call(team);
    fn(context, 0);
    team_barrier(team);
}
