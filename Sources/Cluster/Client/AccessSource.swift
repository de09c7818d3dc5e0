import KubernetesAPI
package import Platform
import Synchronization
import TLS

/// The credentials and the trust of a cluster, kept up to date.
///
/// A class because all requests share what was read. Calls may read files or run a plugin, so they are not made on an event loop.
final class AccessSource: Sendable {
    /// The token and the TLS settings of one attempt.
    struct Access: Sendable {
        /// The settings of TLS; `nil` for plain HTTP.
        let context: TLSClientContext?
        /// The number of the settings; connections with other settings are not used again.
        let generation: Int
        /// The token for the header `Authorization`.
        let token: Secret?
    }

    /// The sources of the TLS settings.
    private struct Material: Equatable {
        var trust: TLSClientContext.Trust
        var identity: TLSClientContext.Identity?
    }

    private struct State {
        var files: [String: ReadAgainFile] = [:]
        var plugin: (credential: ExecCredential, obtainedAt: ContinuousClock.Instant)?
        var material: Material?
        var context: TLSClientContext?
        var generation = 0
    }

    private let configuration: ClusterConfiguration
    private let environment: ClientEnvironment
    private let state = Mutex(State())

    /// Keeps the access to a cluster; `environment` reads files, runs plugins and tells the time.
    init(_ configuration: ClusterConfiguration, environment: ClientEnvironment) {
        self.configuration = configuration
        self.environment = environment
    }

    /// The access at a moment.
    ///
    /// Throws ``CredentialProblem``; later problems with files that were good once are not thrown, what they held stays in use.
    func access(at now: ContinuousClock.Instant) throws(CredentialProblem) -> Access {
        try state.withLock { (state) throws(CredentialProblem) in
            try runPlugin(&state, at: now)
            try renewContext(&state, at: now)
            return Access(context: state.context, generation: state.generation, token: try token(&state, at: now))
        }
    }

    /// Forgets a token or plugin's answer that an API server rejected; returns whether there may be a better one.
    ///
    /// A token that was obtained after the rejected request began stays.
    func reject(requestBegunAt start: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            switch configuration.credential {
            case .none, .token: return false
            case .tokenFile(let path, _):
                guard var file = state.files[path] else { return false }
                file.forget(readBefore: start)
                state.files[path] = file
                return true
            case .plugin:
                if let plugin = state.plugin, plugin.obtainedAt <= start { state.plugin = nil }
                return true
            }
        }
    }

    private func token(_ state: inout State, at now: ContinuousClock.Instant) throws(CredentialProblem) -> Secret? {
        switch configuration.credential {
        case .none: return nil
        case .token(let token): return token
        case .plugin: return state.plugin?.credential.token
        case .tokenFile(let path, let initial):
            do throws(CredentialProblem) {
                return Secret(ServiceAccount.trimmed(try text(of: .file(path), &state, at: now)))
            } catch {
                guard let initial else { throw error }
                return initial
            }
        }
    }

    private func text(
        of source: ClusterConfiguration.PEMSource,
        _ state: inout State,
        at now: ContinuousClock.Instant
    ) throws(CredentialProblem) -> [UInt8] {
        switch source {
        case .data(let bytes): return bytes
        case .file(let path):
            var file = state.files[path] ?? ReadAgainFile(path)
            defer { state.files[path] = file }
            return try file.content(at: now, read: environment.readFile)
        }
    }

    /// Makes new settings if a file or the plugin's certificate changed; settings that can't be made leave the old ones.
    private func renewContext(_ state: inout State, at now: ContinuousClock.Instant) throws(CredentialProblem) {
        guard configuration.server.isSecure else { return }
        let material = Material(trust: try trust(&state, at: now), identity: try identity(&state, at: now))
        guard material != state.material else { return }
        do throws(TLSConfigurationError) {
            state.context = try TLSClientContext(trust: material.trust, identity: material.identity)
            state.material = material
            state.generation += 1
        } catch {
            guard state.context == nil else { return }
            throw .tls(error)
        }
    }

    private func trust(_ state: inout State, at now: ContinuousClock.Instant) throws(CredentialProblem) -> TLSClientContext.Trust {
        switch configuration.trust {
        case .systemAuthorities: .systemAuthorities
        case .authorities(let source): .authorities(pem: try text(of: source, &state, at: now))
        case .everything: .everything
        }
    }

    private func identity(
        _ state: inout State,
        at now: ContinuousClock.Instant
    ) throws(CredentialProblem) -> TLSClientContext.Identity? {
        if let given = state.plugin?.credential.certificate {
            return TLSClientContext.Identity(certificateChainPEM: given.chainPEM, privateKeyPEM: given.keyPEM)
        }
        guard let certificate = configuration.clientCertificate else { return nil }
        return TLSClientContext.Identity(
            certificateChainPEM: try text(of: certificate.certificate, &state, at: now),
            privateKeyPEM: try text(of: certificate.key, &state, at: now)
        )
    }

    /// Runs the plugin unless its last answer is still good; the lock lets one run at a time.
    private func runPlugin(_ state: inout State, at now: ContinuousClock.Instant) throws(CredentialProblem) {
        guard case .plugin(let plugin) = configuration.credential else { return }
        if let last = state.plugin, last.credential.expiresAt.map({ environment.unixSeconds() < $0 }) ?? true { return }
        var authorities: [UInt8]?
        if let source = plugin.cluster?.authorities { authorities = try text(of: source, &state, at: now) }
        do throws(PluginFailure) {
            let invocation = try plugin.invocation(hasTerminal: environment.hasTerminal, authoritiesPEM: authorities)
            let credential = try ExecCredential(parsing: try environment.runPlugin(invocation), apiVersion: plugin.apiVersion)
            state.plugin = (credential, environment.now())
        } catch {
            throw .plugin(command: plugin.command, error, hint: plugin.installHint)
        }
    }
}

/// The services that a client takes from its process; tests supply others.
package struct ClientEnvironment: Sendable {
    /// Reads a file.
    package var readFile: FileReader
    /// Runs a plugin; by default none is run.
    package var runPlugin: PluginRunner = { (_) throws(PluginFailure) in throw .unsupported }
    /// Whether standard input is a terminal that nothing else is read from.
    package var hasTerminal = false
    /// The seconds since 1970-01-01 UTC, for the expiry of credentials.
    package var unixSeconds: @Sendable () -> Int64 = { UnixTime.now.seconds }
    /// The time for waits.
    package var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    /// Waits.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// The longest real wait before the clock is read again; tests with their own clock shorten it.
    package var longestWait: @Sendable (Duration) -> Duration = { $0 }
    /// A number from 0 up to 1, so that clients that fail together don't return together.
    package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    /// Advice for a server that can't be reached, such as about a proxy that is not used; empty for none.
    package var unreachableAdvice = ""

    /// The environment of a process that runs no plugins.
    package init() {
        readFile = { (path) throws(FileError) in try FileContents.read(path, byteLimit: ServiceAccount.byteLimit) }
    }
}
