import AdmissionPolicy
import Logging
import Metrics
import Platform
import PolicySources
import TLS
import WebhookServer

/// The files that a server starts with and reloads when they change: policies, certificate, key, client authorities.
struct ServedFiles: Sendable {
    /// The path of the policies; `nil` means the built-in default only.
    let policy: String?
    /// Podscore's namespace.
    let ownNamespace: String
    /// Whether policies can select Namespaces by labels, as with a cluster.
    let knowsNamespaceLabels: Bool
    /// The certificate, its key and the client authorities.
    let tls: TLSFiles

    private let policyLook: FileLook
    private let tlsLook: FileLook

    /// Records the state of the files, so that later changes are noticed.
    init(policy: String?, ownNamespace: String, knowsNamespaceLabels: Bool = false, tls: TLSFiles) {
        self.policy = policy
        self.ownNamespace = ownNamespace
        self.knowsNamespaceLabels = knowsNamespaceLabels
        self.tls = tls
        policyLook = FileLook(at: policy.map { [$0] } ?? [])
        tlsLook = FileLook(at: tls.paths)
    }

    /// A watcher, not yet started, that reloads the files when they change; without a reloader for policies it watches the certificate alone.
    ///
    /// `cluster` follows the labels of Namespaces that changed policies read.
    func watcher(certificate: CertificateReloader, policies: PolicyReloader? = nil, cluster: ClusterPolicies? = nil) -> FileWatcher {
        var watches = [
            FileWatcher.Watch(tls.paths, seen: tlsLook) { isRetry in certificate.take(tls.reload(), isRetry: isRetry) }
        ]
        guard let policies else { return FileWatcher(watches, afterEachLook: certificate.checkCertificate) }
        let (policy, ownNamespace, knowsNamespaceLabels) = (policy, ownNamespace, knowsNamespaceLabels)
        let readPolicies = { @Sendable in
            PolicyFiles.reload(policy, ownNamespace: ownNamespace, today: .now, knowsNamespaceLabels: knowsNamespaceLabels)
        }
        if let policy {
            watches.append(
                FileWatcher.Watch([policy], seen: policyLook) { _ in
                    policies.take(readPolicies())
                    cluster?.policiesChanged()
                    return .done
                }
            )
        }
        return FileWatcher(watches) {
            certificate.checkCertificate()
            policies.remindDaily(reading: readPolicies)
        }
    }
}

/// Reads certificates and keys from files; those in one directory, such as a mounted Secret, are from one moment.
struct TLSFiles: Sendable {
    /// The maximum size of a PEM file, in bytes.
    static let byteLimit = 1024 * 1024

    /// The PEM file with the certificate and its chain.
    let certificate: String
    /// The PEM file with the certificate's key.
    let key: String
    /// The PEM file with the authorities that verify clients; `nil` requests no client certificate.
    let clientAuthorities: String?
    /// The names of which a client's certificate needs one; if empty, every certificate of the authorities is accepted.
    let clientNames: [String]

    /// The paths of the files, authorities last.
    var paths: [String] { [certificate, key] + [clientAuthorities].compactMap { $0 } }

    /// Loads the certificate for the first time.
    func load() throws(CommandFailure) -> LoadedCertificate {
        do throws(RejectedFiles) {
            return try reload().get()
        } catch {
            throw CommandFailure(error.lines.joined(separator: "; "))
        }
    }

    /// Loads the certificate again.
    func reload() -> Result<LoadedCertificate, RejectedFiles> {
        let contents: [[UInt8]]
        do throws(FileError) {
            contents = try FileGroup.read(paths, byteLimit: Self.byteLimit)
        } catch {
            return .failure(RejectedFiles("cannot read \(error)"))
        }
        let sha256: String
        do throws(OpenSSLReason) {
            sha256 = try SHA256.hexDigest(of: contents)
        } catch {
            return .failure(RejectedFiles("cannot digest \(paths.joined(separator: ", ")): \(error)"))
        }
        do throws(TLSConfigurationError) {
            let tls = try TLSContext(
                certificateChainPEM: contents[0],
                privateKeyPEM: contents[1],
                clientCertificateAuthoritiesPEM: clientAuthorities == nil ? nil : contents[2],
                clientNames: clientNames
            )
            return .success(LoadedCertificate(tls: tls, sha256: sha256))
        } catch {
            return .failure(RejectedFiles("cannot serve TLS with \(paths.joined(separator: ", ")): \(error)", sha256: sha256))
        }
    }
}
