#ifndef PODSCORE_CTLS_SHIMS_H
#define PODSCORE_CTLS_SHIMS_H

// The C lines that Swift can't write: OpenSSL's computed macros, its callbacks, and the BIO between libssl and a ByteBuffer.

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Transport: a BIO that reads from borrowed memory and writes to memory of its own.

/// Makes a transport with nothing to read and nothing written, or NULL when memory is short.
BIO *_Nullable ctls_transport_new(void);

/// Lends bytes to read. They are not copied: take them back with a count of 0 before they go away.
void ctls_transport_lend(BIO *transport, const void *_Nullable bytes, size_t count);

/// The number of lent bytes that libssl has not read yet.
size_t ctls_transport_unread(const BIO *transport);

/// Counts a change of keys by the peer. After more of them than any client needs, nothing more is read.
void ctls_transport_note_key_update(BIO *transport);

/// Whether the peer changed its keys so often that nothing more is read.
int ctls_transport_has_ended(const BIO *transport);

/// The number of bytes that libssl has written.
size_t ctls_transport_written_count(const BIO *transport);

/// The first of the written bytes; valid until the next call of libssl, NULL if there never were any.
const void *_Nullable ctls_transport_written(const BIO *transport);

/// Forgets the written bytes; a buffer of more than `kept` bytes goes back to the heap.
void ctls_transport_discard_written(BIO *transport, size_t kept);

// Context.

/// The server settings that are fixed: versions, options, modes, ciphers, groups, tickets, ALPN. Returns 1 or 0.
int ctls_configure_server(SSL_CTX *context);

/// The client settings that are fixed: as those of a server, and the offered protocol. Returns 1 or 0.
int ctls_configure_client(SSL_CTX *context);

/// Adds a certificate to the chain sent after the leaf; the caller keeps its own reference. Returns 1 or 0.
int ctls_add_chain_certificate(SSL_CTX *context, X509 *certificate);

/// Trusts an authority for client certificates and names it to clients. Returns 1 or 0.
int ctls_add_client_authority(SSL_CTX *context, X509 *authority);

/// Accepts clients of that name beside those of other names that were added. Returns 1 or 0.
int ctls_add_client_name(SSL_CTX *context, const char *name);

/// Requires a client certificate in every handshake: of an authority, for client authentication by its extended key usage and, where names
/// were added before, with one of them as common name or subject alternative name (DNS, email, URI or IP address). A wrong name ends
/// verification with X509_V_ERR_APPLICATION_VERIFICATION.
void ctls_require_client_certificate(SSL_CTX *context);

/// Trusts an authority for the certificates of servers; the caller keeps its own reference. Returns 1 or 0.
int ctls_add_server_authority(SSL_CTX *context, X509 *authority);

/// Requires in every handshake a server certificate of a trusted authority for server authentication.
void ctls_require_server_certificate(SSL_CTX *context);

/// Names the wanted host to the server and, with `verifies`, requires it among the DNS names of the server's certificate; a wildcard is a
/// whole label there. Returns 1 or 0.
int ctls_expect_host(SSL *session, const char *host, int verifies);

/// With `verifies`, requires an address among those of the server's certificate. An address is never named to the server. Returns 1 or 0.
int ctls_expect_address(SSL *session, const char *address, int verifies);

/// The certificate of a peer that did not verify, borrowed from the session, or NULL.
X509 *_Nullable ctls_rejected_certificate(const SSL *session);

// PEM.

/// Reads the next certificate, or NULL with the reason in the error queue. Never asks for a password.
X509 *_Nullable ctls_read_certificate(BIO *pem);

/// Reads the first private key, or NULL. `encrypted` becomes 1 if it needs a password, which is never asked for.
EVP_PKEY *_Nullable ctls_read_private_key(BIO *pem, int *encrypted);

/// Whether the error says that the PEM text held nothing (more) of the kind.
int ctls_is_end_of_pem(unsigned long error);

/// Whether the error says that a peer's certificate did not verify.
int ctls_is_verification_failure(unsigned long error);

/// Whether the error says that a peer sent no certificate.
int ctls_is_missing_certificate(unsigned long error);

/// Whether the error is a fatal alert that the peer sent.
int ctls_is_alert(unsigned long error);

// Certificate.

/// Converts to seconds since 1970-01-01 UTC. Returns 1 or 0.
int ctls_unix_seconds(const ASN1_TIME *time, int64_t *seconds);

/// The subject alternative names, to be freed with `ctls_names_free`, or NULL.
GENERAL_NAMES *_Nullable ctls_subject_names(const X509 *certificate);

/// The number of names.
int ctls_names_count(const GENERAL_NAMES *names);

/// The bytes of a name: its type (GEN_DNS, GEN_EMAIL, GEN_URI: text, GEN_IPADD: 4 or 16 bytes), or 0 for any other type.
int ctls_name_at(const GENERAL_NAMES *names, int index, const uint8_t *_Nullable *_Nonnull bytes, int *count);

/// Frees what `ctls_subject_names` made.
void ctls_names_free(GENERAL_NAMES *names);

/// The subject's first common name as `count` bytes of UTF-8, to be freed with `ctls_common_name_free`, or NULL.
unsigned char *_Nullable ctls_common_name(const X509 *certificate, int *count);

/// Frees what `ctls_common_name` made.
void ctls_common_name_free(unsigned char *name);

// Verifying a chain as the API server does.

/// An empty pile of certificates, or NULL when memory is short.
STACK_OF(X509) *_Nullable ctls_certificates_new(void);

/// Adds a certificate, with a reference of its own. Returns 1 or 0.
int ctls_certificates_add(STACK_OF(X509) *certificates, X509 *certificate);

/// Frees the pile and its references.
void ctls_certificates_free(STACK_OF(X509) *certificates);

/// Verifies a server's certificate at a second since 1970-01-01 UTC; any certificate of the store is trusted, also one that is no root.
/// Returns X509_V_OK, the X509_V_ERR_ code of what failed, or -1 when memory is short.
int ctls_verify_server(X509_STORE *store, X509 *leaf, STACK_OF(X509) *intermediates, int64_t seconds, int checks_time);

/// Whether a certificate was issued for a host name or an IP address in text form; its common name does not count. Returns 1 or 0.
int ctls_is_issued_for(X509 *certificate, const char *host);

#pragma clang assume_nonnull end

#endif
