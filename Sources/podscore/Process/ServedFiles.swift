import AdmissionPolicy
import Logging
import Metrics
import Platform
import PolicySources
import TLS
import WebhookServer

/// The files that a server starts with and reads again when they change: policies, certificate, key, client authorities.
struct ServedFiles: Sendable {
    /// Where the policies are; `nil` leaves the built-in default alone, for good.
    let policy: String?
    /// Podscore's own namespace.
    let ownNamespace: String
    /// The certificate and what belongs to it.
    let tls: TLSFiles

    private let policyLook: FileLook
    private let tlsLook: FileLook

    /// Looks at the files, so that a change after this is noticed.
    init(policy: String?, ownNamespace: String, tls: TLSFiles) {
        self.policy = policy
        self.ownNamespace = ownNamespace
        self.tls = tls
        policyLook = FileLook(at: policy.map { [$0] } ?? [])
        tlsLook = FileLook(at: tls.paths)
    }

    /// Has them read again when they change, the policies where there is a reloader for them; to be started.
    func watcher(certificate: CertificateReloader, policies: PolicyReloader? = nil) -> FileWatcher {
        var watches = [
            FileWatcher.Watch(tls.paths, seen: tlsLook) { isRetry in certificate.take(tls.reload(), isRetry: isRetry) }
        ]
        guard let policy, let policies else { return FileWatcher(watches, afterEachLook: certificate.checkCertificate) }
        let readPolicies = { @Sendable in PolicyFiles.reload(policy, ownNamespace: ownNamespace, today: .now) }
        watches.append(
            FileWatcher.Watch([policy], seen: policyLook) { _ in
                policies.take(readPolicies())
                return .done
            }
        )
        return FileWatcher(watches) {
            certificate.checkCertificate()
            policies.remindDaily(reading: readPolicies)
        }
    }
}

/// Reads certificates and keys from files, as of one moment where they stand in one directory, such as a mounted Secret.
struct TLSFiles: Sendable {
    /// The largest PEM file, in bytes.
    static let byteLimit = 1024 * 1024

    /// The PEM file with the certificate and its chain.
    let certificate: String
    /// The PEM file with the certificate's key.
    let key: String
    /// The PEM file with the authorities that verify clients; `nil` asks clients for nothing.
    let clientAuthorities: String?
    /// The names of which a client's certificate needs one; empty accepts every certificate of the authorities.
    let clientNames: [String]

    /// The files, the authorities last.
    var paths: [String] { [certificate, key] + [clientAuthorities].compactMap { $0 } }

    /// Builds what connections are served with.
    func load() throws(CommandFailure) -> LoadedCertificate {
        do throws(RejectedFiles) {
            return try reload().get()
        } catch {
            throw CommandFailure(error.lines.joined(separator: "; "))
        }
    }

    /// Builds anew what connections are served with.
    func reload() -> Result<LoadedCertificate, RejectedFiles> {
        let contents: [[UInt8]]
        do throws(FileError) {
            contents = try FileGroup.read(paths, byteLimit: Self.byteLimit)
        } catch {
            return .failure(RejectedFiles(lines: ["cannot read \(error)"]))
        }
        let sha256: String
        do throws(OpenSSLReason) {
            sha256 = try SHA256.hexDigest(of: contents)
        } catch {
            return .failure(RejectedFiles(lines: ["cannot digest \(paths.joined(separator: ", ")): \(error)"]))
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
            let line = "cannot serve TLS with \(paths.joined(separator: ", ")): \(error)"
            return .failure(RejectedFiles(lines: [line], sha256: sha256))
        }
    }
}
