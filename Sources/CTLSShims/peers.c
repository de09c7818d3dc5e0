#include "CTLSShims.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>
#include <strings.h>

// The names that clients may have, a stack of strings; it belongs to the context, which frees it when the last connection has let go.
static int names_index = -1;
static CRYPTO_ONCE names_index_once = CRYPTO_ONCE_STATIC_INIT;

static void free_name(OPENSSL_STRING name) {
    OPENSSL_free(name);
}

static void free_names(void *context, void *names, CRYPTO_EX_DATA *data, int index, long number, void *argument) {
    sk_OPENSSL_STRING_pop_free((STACK_OF(OPENSSL_STRING) *)names, free_name);
}

static void make_names_index(void) {
    names_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_names);
}

int ctls_add_client_name(SSL_CTX *context, const char *name) {
    if (!CRYPTO_THREAD_run_once(&names_index_once, make_names_index) || names_index < 0) {
        return 0;
    }
    STACK_OF(OPENSSL_STRING) *names = SSL_CTX_get_ex_data(context, names_index);
    if (!names) {
        names = sk_OPENSSL_STRING_new_null();
        if (!names || !SSL_CTX_set_ex_data(context, names_index, names)) {
            sk_OPENSSL_STRING_free(names);
            return 0;
        }
    }
    OPENSSL_STRING copy = OPENSSL_strdup(name);
    if (!copy || sk_OPENSSL_STRING_push(names, copy) == 0) {
        OPENSSL_free(copy);
        return 0;
    }
    return 1;
}

// With the length, since a certificate's text may hold zeros.
static int is_text(const ASN1_STRING *text, const char *name) {
    size_t count = strlen(name);
    return (size_t)ASN1_STRING_length(text) == count && memcmp(ASN1_STRING_get0_data(text), name, count) == 0;
}

static int is_host(const ASN1_STRING *host, const char *name) {
    size_t count = strlen(name);
    return (size_t)ASN1_STRING_length(host) == count && strncasecmp((const char *)ASN1_STRING_get0_data(host), name, count) == 0;
}

static int has_common_name(const X509 *certificate, const char *name) {
    const X509_NAME *subject = X509_get_subject_name(certificate);
    for (int index = -1; (index = X509_NAME_get_index_by_NID(subject, NID_commonName, index)) >= 0;) {
        unsigned char *text = NULL;
        int count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
        int is_equal = count >= 0 && (size_t)count == strlen(name) && memcmp(text, name, (size_t)count) == 0;
        OPENSSL_free(text);
        if (is_equal) {
            return 1;
        }
    }
    return 0;
}

static int has_alternative_name(const GENERAL_NAMES *names, const char *name) {
    // An address has several spellings, so it is compared as one.
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
    int is_found = 0;
    for (int index = 0; !is_found && index < sk_GENERAL_NAME_num(names); index++) {
        const GENERAL_NAME *each = sk_GENERAL_NAME_value(names, index);
        switch (each->type) {
        case GEN_DNS:
            is_found = is_host(each->d.dNSName, name);
            break;
        case GEN_EMAIL:
            is_found = is_text(each->d.rfc822Name, name);
            break;
        case GEN_URI:
            is_found = is_text(each->d.uniformResourceIdentifier, name);
            break;
        case GEN_IPADD:
            is_found = address && ASN1_OCTET_STRING_cmp(each->d.iPAddress, address) == 0;
            break;
        default:
            break;
        }
    }
    ASN1_OCTET_STRING_free(address);
    return is_found;
}

static int has_any_name(const X509 *certificate, const STACK_OF(OPENSSL_STRING) *wanted) {
    GENERAL_NAMES *names = ctls_subject_names(certificate);
    int is_found = 0;
    for (int index = 0; !is_found && index < sk_OPENSSL_STRING_num(wanted); index++) {
        const char *name = sk_OPENSSL_STRING_value(wanted, index);
        is_found = has_common_name(certificate, name) || has_alternative_name(names, name);
    }
    GENERAL_NAMES_free(names);
    return is_found;
}

// The certificate of a peer that a session rejected; libssl keeps none of its own. It belongs to the session.
static int rejected_index = -1;
static CRYPTO_ONCE rejected_index_once = CRYPTO_ONCE_STATIC_INIT;

static void free_rejected(void *session, void *certificate, CRYPTO_EX_DATA *data, int index, long number, void *argument) {
    X509_free(certificate);
}

static void make_rejected_index(void) {
    rejected_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, free_rejected);
}

static void keep_rejected(X509_STORE_CTX *store) {
    SSL *session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    if (!session || !certificate || rejected_index < 0 || SSL_get_ex_data(session, rejected_index) || !X509_up_ref(certificate)) {
        return;
    }
    if (!SSL_set_ex_data(session, rejected_index, certificate)) {
        X509_free(certificate);
    }
}

X509 *ctls_rejected_certificate(const SSL *session) {
    return rejected_index < 0 ? NULL : SSL_get_ex_data(session, rejected_index);
}

static int is_accepted(X509_STORE_CTX *store, const STACK_OF(OPENSSL_STRING) *names) {
    if (X509_verify_cert(store) != 1) {
        return 0;
    }
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    // libssl takes a certificate that says nothing of its use for one of any use.
    if (!(X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) || !(X509_get_extended_key_usage(certificate) & XKU_SSL_CLIENT)) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
        return 0;
    }
    if (names && !has_any_name(certificate, names)) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    }
    return 1;
}

// Called by libssl in place of its own verification, so that nothing is accepted without all of it.
static int verify_client(X509_STORE_CTX *store, void *names) {
    if (is_accepted(store, names)) {
        return 1;
    }
    keep_rejected(store);
    return 0;
}

void ctls_require_client_certificate(SSL_CTX *context) {
    // Without the index, which only a lack of memory prevents, a rejected certificate is not described.
    CRYPTO_THREAD_run_once(&rejected_index_once, make_rejected_index);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify_client, names_index < 0 ? NULL : SSL_CTX_get_ex_data(context, names_index));
}

// As libssl verifies, but keeps the certificate that it rejects.
static int verify_server(X509_STORE_CTX *store, void *unused) {
    if (X509_verify_cert(store) == 1) {
        return 1;
    }
    keep_rejected(store);
    return 0;
}

void ctls_require_server_certificate(SSL_CTX *context) {
    CRYPTO_THREAD_run_once(&rejected_index_once, make_rejected_index);
    // Each given certificate is trusted, also one that is no root, as in Go's programs.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify_server, NULL);
}

int ctls_add_server_authority(SSL_CTX *context, X509 *authority) {
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
}

int ctls_expect_host(SSL *session, const char *host, int verifies) {
    X509_VERIFY_PARAM *parameters = SSL_get0_param(session);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return (!verifies || X509_VERIFY_PARAM_set1_host(parameters, host, strlen(host))) && SSL_set_tlsext_host_name(session, host);
}

int ctls_expect_address(SSL *session, const char *address, int verifies) {
    return !verifies || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), address);
}

int ctls_add_client_authority(SSL_CTX *context, X509 *authority) {
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) && SSL_CTX_add_client_CA(context, authority);
}
