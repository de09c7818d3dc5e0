import ArgumentParser
import ClusterController
import Platform
import WebhookServer

/// The addresses of the controller, and the certificate of its policy webhook.
struct ControllerListeningOptions: ParsableArguments {
    @Option(name: .long, help: "The address to listen on.")
    var host = "0.0.0.0"

    @Option(name: .long, help: "The plain port for health, metrics and the last audit; 0 picks a free one.")
    var opsPort = 8080

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show the last audit also to clients outside of the Pod that request it by this host, with any port; can be repeated.",
            valueName: "host"
        ),
        transform: { text in
            guard let name = HostName(parsing: text) else {
                throw ValidationError("invalid host \"\(text)\"; use a name or an address without a port, such as podscore.example.com")
            }
            return name
        }
    )
    var pageAddress: [HostName] = []

    @Option(
        name: .long,
        help: "The port of the policy webhook, which needs a certificate; 0 picks a free one (default: 8443)."
    )
    var policyWebhookPort: Int?

    @Option(
        name: .long,
        help: "The PEM file with the certificate of the policy webhook and its chain (default: no policy webhook).",
        completion: .file()
    )
    var tlsCert: String?

    @Option(name: .long, help: "The PEM file with the certificate's private key.", completion: .file())
    var tlsKey: String?

    @OptionGroup var clients: ClientOptions

    /// Rejects port numbers that do not exist, and settings of a webhook without a certificate.
    func validate() throws {
        for (name, port) in [("--ops-port", opsPort), ("--policy-webhook-port", webhookPort)] where !(0...65535).contains(port) {
            throw ValidationError("\(name) must be between 0 and 65535, not \(port)")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else { throw ValidationError("--tls-cert and --tls-key must be given together") }
        guard tlsCert == nil else { return }
        if policyWebhookPort != nil { throw ValidationError("--policy-webhook-port needs --tls-cert and --tls-key") }
        if clients.clientCA != nil { throw ValidationError("--client-ca needs --tls-cert and --tls-key") }
    }

    /// The port of the policy webhook, if there is one.
    var webhookPort: Int { policyWebhookPort ?? 8443 }

    /// The files of the certificate; `nil` without a policy webhook.
    var tls: TLSFiles? {
        guard let tlsCert, let tlsKey else { return nil }
        return TLSFiles(certificate: tlsCert, key: tlsKey, clientAuthorities: clients.clientCA, clientNames: clients.clientName)
    }
}

/// The audits of the controller, and what it writes about them.
struct ControllerAuditOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The time from the end of an audit to the next one, such as 15m, 1h or 90s; it varies by a tenth.",
            valueName: "duration"
        )
    )
    var interval = IntervalArgument(seconds: 15 * 60)

    @Flag(inversion: .prefixedNo, help: "Write reports, one for each top owner, where the cluster has an API for them.")
    var reports = true

    @Flag(inversion: .prefixedNo, help: "Write status and conditions of ScorePolicy and ScoreWaiver objects.")
    var status = true

    @Flag(inversion: .prefixedNo, help: "Write an Event on the top owner whose Pods are denied.")
    var events = true

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep the floor of the policies in the cluster, as podscore policy floor does (default: none).",
            valueName: "name"
        )
    )
    var floor: String?

    @Option(name: .long, help: ArgumentHelp("The minimum score of the floor (default: none).", valueName: "points"))
    var floorMinimum: Int?

    @OptionGroup var excludedNamespaces: ExcludedNamespaceOptions

    /// Rejects intervals in which a large cluster could not be read, and those that are hardly an interval.
    func validate() throws {
        guard (60...86_400).contains(interval.seconds) else {
            throw ValidationError("--interval must be between 1m and 24h, not \(interval)")
        }
        if let floor, !LabelValue.isName(floor) { throw ValidationError("--floor \"\(floor)\" is not a value of a label") }
        guard floor == nil, floorMinimum != nil || !excludedNamespaces.names.isEmpty else { return }
        throw ValidationError("--floor-minimum and --exclude-namespace need --floor")
    }
}

/// The policies by which the controller decides.
struct ControllerPolicyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The file or directory with the server's ScorePolicy documents; they win over those of the cluster.",
        completion: .file()
    )
    var policy: String?

    @Option(name: .long, help: "Podscore's namespace, which globs and selectors in policies never match.")
    var ownNamespace = ""

    @OptionGroup var workloads: WorkloadOptions

    @Option(name: .long, help: "Seconds between checks of the policy and certificate files.")
    var watchInterval = 1.0

    /// Rejects intervals that are too short or too long.
    func validate() throws {
        try LimitCheck.watchInterval(watchInterval)
    }
}

/// A time as an argument, in the notation of Go without fractions: `90s`, `15m`, `1h30m`.
struct IntervalArgument: ExpressibleByArgument, Equatable, CustomStringConvertible {
    /// The units, the largest first.
    private static let units: [(letter: UInt8, seconds: Int)] = [
        (UInt8(ascii: "h"), 3_600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]

    /// The time in seconds.
    let seconds: Int

    /// A time.
    init(seconds: Int) {
        self.seconds = seconds
    }

    /// Parses a time; `nil` if the text is not one.
    init?(argument: String) {
        var rest = Array(argument.utf8)[...]
        var total = 0
        guard !rest.isEmpty else { return nil }
        for (letter, unit) in Self.units {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            // Nine digits of hours fit into an integer, and no interval has more.
            guard !digits.isEmpty, digits.count <= 9, rest.dropFirst(digits.count).first == letter else { continue }
            total += digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } * unit
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty else { return nil }
        seconds = total
    }

    /// The time as an argument, such as `1h30m`.
    var description: String {
        let text = Self.units.reduce(into: (text: "", rest: seconds)) { result, unit in
            let (count, rest) = result.rest.quotientAndRemainder(dividingBy: unit.seconds)
            if count > 0 { result.text += "\(count)\(Character(UnicodeScalar(unit.letter)))" }
            result.rest = rest
        }.text
        return text.isEmpty ? "0s" : text
    }

    /// The time as the argument of a help text.
    var defaultValueDescription: String { description }
}
