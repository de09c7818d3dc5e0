#define _DEFAULT_SOURCE

#include "CTLSShims.h"

#include <openssl/err.h>
#include <openssl/pemerr.h>
#include <openssl/sslerr.h>
#include <string.h>
#include <time.h>

// http/1.1, or the fatal alert 120: a client that names its protocols without ours would not understand our answers. A client that names
// none never comes here. RFC 7301, section 3.2.
static int select_protocol(SSL *session, const unsigned char **chosen, unsigned char *chosen_count, const unsigned char *offered,
                           unsigned int offered_count, void *unused) {
    static const unsigned char supported[] = "\x08http/1.1";
    unsigned char *selection = NULL;
    if (SSL_select_next_proto(&selection, chosen_count, supported, sizeof supported - 1, offered, offered_count) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = selection;
    return SSL_TLSEXT_ERR_OK;
}

// A change of keys takes 27 bytes and costs as much as many requests, and libssl accepts any number of them. RFC 8446, section 4.6.3.
static void note_message(int is_sent, int version, int type, const void *bytes, size_t count, SSL *session, void *unused) {
    if (!is_sent && type == SSL3_RT_HANDSHAKE && count > 0 && *(const unsigned char *)bytes == SSL3_MT_KEY_UPDATE) {
        ctls_transport_note_key_update(SSL_get_rbio(session));
    }
}

// The settings of both sides.
static int configure(SSL_CTX *context) {
    // Renegotiation and compression are attack surface that no peer of ours needs.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // The chain is what the operator gave, never completed from the store of authorities.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    // Level 2 refuses RSA keys under 2048 bits and SHA-1 signatures, whatever the system's openssl.cnf says.
    SSL_CTX_set_security_level(context, 2);
    // A server's tickets carry the session, and a client resumes none, so a cache would only hold memory.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    // The limit on the size of a peer's certificates, which is announced before they are sent.
    SSL_CTX_set_max_cert_list(context, 1 << 15);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) &&
           SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                            "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                            "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305") &&
           SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") &&
           SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
}

int ctls_configure_server(SSL_CTX *context) {
    static const unsigned char session_context[] = "podscore";
    // A client that puts ChaCha20 first has no AES in hardware, and gets it.
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
    SSL_CTX_set_msg_callback(context, note_message);
    return configure(context) && SSL_CTX_set_num_tickets(context, 1) &&
           // Without a session id context, a resumption with a verified client certificate is an error.
           SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1);
}

int ctls_configure_client(SSL_CTX *context) {
    static const unsigned char offered[] = "\x08http/1.1";
    // Unlike other calls, this one returns 0 for success.
    return configure(context) && SSL_CTX_set_alpn_protos(context, offered, sizeof offered - 1) == 0;
}

int ctls_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static int refuse_password(char *buffer, int size, int writing, void *asked) {
    if (asked) {
        *(int *)asked = 1;
    }
    return -1;
}

X509 *ctls_read_certificate(BIO *pem) {
    return PEM_read_bio_X509(pem, NULL, refuse_password, NULL);
}

EVP_PKEY *ctls_read_private_key(BIO *pem, int *encrypted) {
    *encrypted = 0;
    return PEM_read_bio_PrivateKey(pem, NULL, refuse_password, encrypted);
}

int ctls_is_end_of_pem(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

int ctls_is_verification_failure(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

int ctls_is_missing_certificate(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
}

int ctls_is_alert(unsigned long error) {
    // libssl reports an alert as this offset and the alert's number.
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET;
}

int ctls_unix_seconds(const ASN1_TIME *time, int64_t *seconds) {
    struct tm fields;
    memset(&fields, 0, sizeof fields);
    if (!ASN1_TIME_to_tm(time, &fields)) {
        return 0;
    }
    *seconds = (int64_t)timegm(&fields);
    return 1;
}

GENERAL_NAMES *ctls_subject_names(const X509 *certificate) {
    return X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

int ctls_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

int ctls_name_at(const GENERAL_NAMES *names, int index, const uint8_t **bytes, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    const ASN1_STRING *text;
    switch (name ? name->type : -1) {
    case GEN_DNS:
        text = name->d.dNSName;
        break;
    case GEN_EMAIL:
        text = name->d.rfc822Name;
        break;
    case GEN_URI:
        text = name->d.uniformResourceIdentifier;
        break;
    case GEN_IPADD:
        text = name->d.iPAddress;
        break;
    default:
        return 0;
    }
    *bytes = ASN1_STRING_get0_data(text);
    *count = ASN1_STRING_length(text);
    return name->type;
}

void ctls_names_free(GENERAL_NAMES *names) {
    GENERAL_NAMES_free(names);
}

unsigned char *ctls_common_name(const X509 *certificate, int *count) {
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *name = NULL;
    *count = index < 0 ? -1 : ASN1_STRING_to_UTF8(&name, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
    return *count < 0 ? NULL : name;
}

void ctls_common_name_free(unsigned char *name) {
    OPENSSL_free(name);
}

STACK_OF(X509) *ctls_certificates_new(void) {
    return sk_X509_new_null();
}

int ctls_certificates_add(STACK_OF(X509) *certificates, X509 *certificate) {
    if (!X509_up_ref(certificate)) {
        return 0;
    }
    if (sk_X509_push(certificates, certificate) == 0) {
        X509_free(certificate);
        return 0;
    }
    return 1;
}

void ctls_certificates_free(STACK_OF(X509) *certificates) {
    sk_X509_pop_free(certificates, X509_free);
}

int ctls_verify_server(X509_STORE *store, X509 *leaf, STACK_OF(X509) *intermediates, int64_t seconds, int checks_time) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (!context) {
        return -1;
    }
    int result = -1;
    if (X509_STORE_CTX_init(context, store, leaf, intermediates)) {
        unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | (checks_time ? 0 : X509_V_FLAG_NO_CHECK_TIME);
        X509_STORE_CTX_set_flags(context, flags);
        if (checks_time) {
            X509_STORE_CTX_set_time(context, 0, (time_t)seconds);
        }
        X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
        result = X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context);
        if (result == X509_V_OK && X509_STORE_CTX_get_error(context) != X509_V_OK) {
            result = X509_STORE_CTX_get_error(context);
        }
    }
    X509_STORE_CTX_free(context);
    return result;
}

int ctls_is_issued_for(X509 *certificate, const char *host) {
    if (X509_check_ip_asc(certificate, host, 0) == 1) {
        return 1;
    }
    return X509_check_host(certificate, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1;
}
