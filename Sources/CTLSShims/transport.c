#include "CTLSShims.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const unsigned char *lent;
    size_t lent_count;
    unsigned char *written;
    size_t written_count;
    size_t written_capacity;
    // Whether the peer did what it may not, so that nothing more is read.
    int ended;
    unsigned key_updates;
} transport_state;

// No client of a webhook changes its keys: Go's never does, and 32 changes are enough for 700 million records.
#define MOST_KEY_UPDATES 32

static int transport_read(BIO *transport, char *bytes, int count) {
    transport_state *state = BIO_get_data(transport);
    BIO_clear_retry_flags(transport);
    if (count <= 0) {
        return 0;
    }
    if (state->lent_count == 0) {
        BIO_set_retry_read(transport);
        return -1;
    }
    size_t taken = (size_t)count < state->lent_count ? (size_t)count : state->lent_count;
    memcpy(bytes, state->lent, taken);
    state->lent += taken;
    state->lent_count -= taken;
    return (int)taken;
}

static int reserve(transport_state *state, size_t needed) {
    size_t capacity = state->written_capacity ? state->written_capacity : 1024;
    if (needed <= state->written_capacity) {
        return 1;
    }
    while (capacity < needed) {
        capacity *= 2;
    }
    unsigned char *grown = realloc(state->written, capacity);
    if (!grown) {
        return 0;
    }
    state->written = grown;
    state->written_capacity = capacity;
    return 1;
}

static int transport_write(BIO *transport, const char *bytes, int count) {
    transport_state *state = BIO_get_data(transport);
    BIO_clear_retry_flags(transport);
    if (count <= 0) {
        return 0;
    }
    // What has not been drained never comes near this; a size that can't overflow keeps the doubling safe.
    if (state->written_count > INT_MAX || !reserve(state, state->written_count + (size_t)count)) {
        return -1;
    }
    memcpy(state->written + state->written_count, bytes, (size_t)count);
    state->written_count += (size_t)count;
    return count;
}

static long transport_control(BIO *transport, int command, long number, void *pointer) {
    // libssl flushes at the end of a flight; everything else (kernel TLS, datagrams, end of file) is not offered.
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP;
}

static int transport_create(BIO *transport) {
    transport_state *state = calloc(1, sizeof *state);
    if (!state) {
        return 0;
    }
    BIO_set_data(transport, state);
    BIO_set_init(transport, 1);
    return 1;
}

static int transport_destroy(BIO *transport) {
    transport_state *state = BIO_get_data(transport);
    if (state) {
        free(state->written);
        free(state);
    }
    BIO_set_data(transport, NULL);
    return 1;
}

// Made once and kept for the life of the process.
static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static void make_method(void) {
    int type = BIO_get_new_index();
    BIO_METHOD *made = type < 0 ? NULL : BIO_meth_new(type | BIO_TYPE_SOURCE_SINK, "borrowed bytes");
    if (made && BIO_meth_set_read(made, transport_read) && BIO_meth_set_write(made, transport_write) &&
        BIO_meth_set_ctrl(made, transport_control) && BIO_meth_set_create(made, transport_create) &&
        BIO_meth_set_destroy(made, transport_destroy)) {
        method = made;
    } else {
        BIO_meth_free(made);
    }
}

BIO *ctls_transport_new(void) {
    pthread_once(&method_once, make_method);
    return method ? BIO_new(method) : NULL;
}

void ctls_transport_lend(BIO *transport, const void *bytes, size_t count) {
    transport_state *state = BIO_get_data(transport);
    state->lent = bytes;
    state->lent_count = bytes && !state->ended ? count : 0;
}

void ctls_transport_note_key_update(BIO *transport) {
    transport_state *state = BIO_get_data(transport);
    state->key_updates += 1;
    if (state->key_updates > MOST_KEY_UPDATES) {
        state->ended = 1;
        state->lent_count = 0;
    }
}

int ctls_transport_has_ended(const BIO *transport) {
    return ((transport_state *)BIO_get_data((BIO *)transport))->ended;
}

size_t ctls_transport_unread(const BIO *transport) {
    return ((transport_state *)BIO_get_data((BIO *)transport))->lent_count;
}

size_t ctls_transport_written_count(const BIO *transport) {
    return ((transport_state *)BIO_get_data((BIO *)transport))->written_count;
}

const void *ctls_transport_written(const BIO *transport) {
    return ((transport_state *)BIO_get_data((BIO *)transport))->written;
}

void ctls_transport_discard_written(BIO *transport, size_t kept) {
    transport_state *state = BIO_get_data(transport);
    state->written_count = 0;
    if (state->written_capacity > kept) {
        free(state->written);
        state->written = NULL;
        state->written_capacity = 0;
    }
}
