import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Manifests
import Platform
import PolicySources
import RegistrationChecks
import Reports
import TLS
import WebhookServer
import YAML

/// The command `podscore doctor [FILE]`.
struct DoctorCommand: AsyncParsableCommand {
    /// The output formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the webhook's registration and certificate.",
        usage: "podscore doctor [FILE] [OPTIONS]",
        discussion: """
            Reads ValidatingWebhookConfigurations as kubectl prints them, JSON or
            YAML, and checks the webhooks whose names end in podscore.dev. With
            --tls-cert it verifies the certificate as the API server does. With
            --policy it checks where failurePolicy must be Fail. It shows where
            objects are denied or admitted when Podscore is unreachable. With
            --ops-url it asks a running server whether it is ready; without a
            FILE it then checks nothing else. With --cluster it reads the
            configurations, policies and Namespaces from the API server, and names
            each Namespace in which a policy enforces and failurePolicy is Ignore. It
            also compares exported policies with what an export writes today.

            Exit status 0 without errors, 1 with errors (with --strict also with
            warnings), 2 if the input cannot be read.

            Examples:
              kubectl get validatingwebhookconfiguration -o json | podscore doctor
              podscore doctor --tls-cert tls.crt --policy policies webhooks.json
              podscore doctor --ops-url http://podscore.podscore.svc:8080
            """
    )

    @Argument(help: ArgumentHelp("The file with the configurations (default: standard input).", valueName: "file"), completion: .file())
    var file: String?

    @Option(name: .long, help: "The PEM file with the serving certificate and its chain.", completion: .file())
    var tlsCert: String?

    @Option(name: .long, help: "The file or directory with ScorePolicy documents.", completion: .file())
    var policy: String?

    @Option(name: .long, help: "The mode of podscore serve: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Podscore's namespace (default: the namespace of the Service).")
    var ownNamespace: String?

    @Option(name: .customLong("ops-url"), help: "The plain port of a running server: http://HOST:PORT.")
    var opsURL: String?

    @Flag(name: .long, help: "Read configurations, policies and Namespaces from the cluster.")
    var cluster = false

    @OptionGroup(title: "Cluster") var access: ClusterAccessOptions

    @Flag(name: .long, help: "Exit with 1 also for warnings.")
    var strict = false

    @Option(name: [.short, .long], help: "The output format: text or json.")
    var format = Format.text

    /// The largest registration or certificate, in bytes.
    private static let byteLimit = 16 * 1024 * 1024

    /// Rejects settings of a cluster that is not asked, and two sources of registrations.
    func validate() throws {
        if !cluster, let option = access.firstGiven { throw ValidationError("\(option) needs --cluster") }
        if cluster, file != nil { throw ValidationError("--cluster reads the configurations from the API server; leave out \(file ?? "")") }
    }

    /// Checks the registration and the server, and prints the findings.
    mutating func run() async throws {
        var findings: [RegistrationFinding] = []
        if let opsURL { findings += try await Self.readinessFindings(of: opsURL) }
        let isRead = file != nil || opsURL == nil || cluster
        let inventory = cluster ? try await inventory() : nil
        let registrations = try inventory?.registrations() ?? (isRead ? Self.registrations(in: file ?? "-") : [])
        let known = try enforcement(in: inventory)
        // A file of the server that is not named may enforce where no object does.
        let isPartial = cluster && policy == nil && mode == .enforce
        let check = RegistrationCheck(enforcement: isPartial ? .unknown : known, ownNamespace: ownNamespace)
        if isRead { findings += check.findings(in: registrations) }
        if let inventory {
            // The Namespaces of the cluster say it more exactly than the patterns of the policies.
            if !isPartial { findings.removeAll { $0.fault == .failuresIgnored } }
            findings += try RegistrationCheck(enforcement: known).failures(in: inventory.clusterNamespaces(), of: registrations)
            findings += inventory.rejections
            findings += try inventory.exportFindings(by: policies(in: inventory), isPartial: policy == nil, mode: mode)
        }
        if isPartial { StandardStream.error.write(lines: ["podscore: files of the server were not checked; give --policy"]) }
        if let tlsCert { findings += try certificateFindings(tlsCert, for: registrations.filter(\.isPodscore)) }
        let report = DoctorReport(
            findings: findings,
            splits: check.splits(in: registrations),
            webhookCount: isRead ? registrations.count(where: \.isPodscore) : nil,
            sawCertificate: tlsCert != nil,
            sawServer: opsURL != nil
        )
        switch format {
        case .text: try StandardStream.output.writeResult(report.text)
        case .json: try StandardStream.output.writeResult(report.json)
        }
        guard !report.fails(strictly: strict) else { throw ExitCode(ExitStatus.failed) }
    }

    /// Asks a server whether it is ready.
    private static func readinessFindings(of url: String) async throws -> [RegistrationFinding] {
        guard let client = ReadinessClient(url: url) else {
            throw CommandFailure("invalid --ops-url \"\(url)\"; use http://HOST:PORT")
        }
        guard let problem = await client.problem() else { return [] }
        return [
            RegistrationFinding(
                .serverNotReady,
                problem: "the server at \(url) is not ready: \(problem)",
                fix: "read its log: kubectl logs deployment/podscore"
            )
        ]
    }

    /// Reads the webhooks of all configurations in a file; skips other objects, such as those of `kubectl get all`.
    private static func registrations(in file: String) throws -> [WebhookRegistration] {
        let name = file == "-" ? "standard input" : file
        var registrations: [WebhookRegistration] = []
        var hasConfiguration = false
        let bytes = try FileContents.read(argument: file, byteLimit: byteLimit)
        for document in ManifestStream(source: name, bytes: bytes, workloads: .asKubesec) {
            if let line = document.errorLine { throw CommandFailure(lines: [line]) }
            guard let node = document.node, let kind = Self.kind(of: document) else { continue }
            guard kind == WebhookRegistration.documentKind else { continue }
            hasConfiguration = true
            do {
                registrations += try WebhookRegistration.read(node)
            } catch {
                throw CommandFailure(lines: ["\(name):\(error.position): \(error.problem)"])
            }
        }
        guard hasConfiguration else {
            let advice = "try: kubectl get validatingwebhookconfiguration -o json | podscore doctor"
            throw CommandFailure("\(name) contains no \(WebhookRegistration.documentKind); \(advice)")
        }
        return registrations
    }

    /// The kind of a document's object; an item of a typed list gets it from the list.
    private static func kind(of document: ManifestDocument) -> String? {
        guard case .object(let object, _) = document.content else { return nil }
        return object.kind
    }

    /// Reads the cluster.
    private func inventory() async throws(CommandFailure) -> ClusterInventory {
        let configuration = try access.userConfiguration()
        return try await ClusterInventory.read(configuration, environment: access.environment(for: configuration))
    }

    /// Where the policies deny Pods, with the labels of a cluster's Namespaces.
    private func enforcement(in inventory: ClusterInventory?) throws -> RegistrationCheck.Enforcement {
        guard mode == .enforce else { return .allowsAll }
        guard policy != nil || inventory != nil else { return .unknown }
        let policies = try policies(in: inventory)
        let patterns = policies.policies.flatMap { $0.namespaces.map(\.text) }
        let namespaces = try NamespaceDirectory(inventory?.namespaces ?? [], keeping: policies.labelKeys)
        return .known(patterns: patterns) { namespace, pinned in
            let pinnedPolicy = pinned.flatMap { policies.policy(named: $0) }
            guard pinned == nil || pinnedPolicy != nil else { return false }
            let labels = namespaces[namespace] ?? NamespaceLabels.none
            return policies.policy(in: namespace, with: labels, pinned: pinnedPolicy).policy.enforce != nil
        }
    }

    /// The policies of the file, joined with those of a cluster.
    private func policies(in inventory: ClusterInventory?) throws(PolicyLoadingError) -> PolicySet {
        let files = try PolicyFiles.load(policy, ownNamespace: ownNamespace ?? "", knowsNamespaceLabels: inventory != nil)
        return (inventory.map { files.joined(with: $0.objects, on: .now) } ?? files).policies
    }

    /// Checks the serving certificate against the clock and every webhook.
    private func certificateFindings(_ path: String, for webhooks: [WebhookRegistration]) throws -> [RegistrationFinding] {
        let chain = try Self.chain(in: path)
        let facts = chain.certificate
        let now = UnixTime.now.seconds
        let check = CertificateCheck(
            subjectNames: facts.subjectNames,
            notBefore: facts.notBefore,
            notAfter: facts.notAfter,
            chainNotAfter: facts.chainNotAfter
        )
        // Dates are reported once. An expired certificate must not count as unverified for each webhook as well.
        let moment = facts.isValid(atUnixSeconds: now) ? now : nil
        var findings = check.dateFindings(atUnixSeconds: now)
        for webhook in webhooks {
            findings += check.findings(
                for: webhook,
                isIssued: webhook.serverName.map { chain.isIssued(for: $0) } ?? true,
                authorities: Self.authorities(of: webhook, judging: chain, atUnixSeconds: moment)
            )
        }
        return findings
    }

    /// Reads the certificate with its chain.
    private static func chain(in path: String) throws -> ServedChain {
        let pem = try FileContents.read(argument: path, byteLimit: byteLimit)
        do throws(TLSConfigurationError) {
            return try ServedChain(pem: pem)
        } catch {
            throw CommandFailure("cannot use \(path): \(error)")
        }
    }

    /// Verifies the chain by a webhook's authorities.
    private static func authorities(
        of webhook: WebhookRegistration,
        judging chain: borrowing ServedChain,
        atUnixSeconds moment: Int64?
    ) -> CertificateCheck.Authorities {
        guard let caBundle = webhook.caBundle, !caBundle.isEmpty else { return .absent }
        guard let pem = Base64.decode(Array(caBundle.utf8).span) else { return .unreadable(reason: "it is not base64") }
        do {
            return try chain.refusal(byAuthorities: pem, atUnixSeconds: moment).map { .refusing(reason: $0) } ?? .verifying
        } catch {
            switch error {
            case .noClientAuthority: return .unreadable(reason: "it contains no certificate")
            case .clientAuthorityUnreadable(let index, let reason): return .unreadable(reason: "certificate \(index + 1): \(reason)")
            default: return .unreadable(reason: error.description)
            }
        }
    }
}
