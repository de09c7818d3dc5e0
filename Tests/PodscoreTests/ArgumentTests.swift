import ArgumentParser
import Testing

@testable import podscore

/// The parsing of the program's arguments.
struct ArgumentTests {
    /// The result of parsing: the command with its values, or the message.
    private static func outcome(_ parse: () throws -> any ParsableCommand) -> String {
        do {
            let command = try parse()
            return "\(type(of: command)): \(command)"
        } catch {
            return Podscore.fullMessage(for: error)
        }
    }

    @Test(arguments: [
        ["scan", "a", "b"], ["scan", "-"], ["scan", "--format", "sarif", "--jobs", "3", "--exclude", "x", "a"], ["scan", "--", "--format"],
        ["scan"], ["scan", "--help"], ["scan", "-h"], ["scan", "--version"], ["scan", "--no-such", "a"], ["scan", "--jobs", "0", "a"],
        ["scan", "--help-hidden"], ["scan", "--generate-completion-script", "bash"], ["scan", "help"], ["help", "scan"], ["scam"],
        ["version"], ["version", "x"], ["policy"], ["policy", "check", "p"], ["policy", "--help"], ["--version"], ["--help"], [],
        ["http", "8080"], ["http", "--threads", "0"], ["serve", "--port", "1"], ["doctor", "--help"], ["rules", "HostPID"],
        ["controller", "--interval", "1h", "--no-events"], ["controller", "--interval", "5"],
    ])
    func `A command parses its arguments as the whole program does`(arguments: [String]) {
        #expect(Self.outcome { try Podscore.parsed(arguments) } == Self.outcome { try Podscore.parseAsRoot(arguments) })
    }

    @Test(arguments: [
        (["scan", "--pod-template", "apps/Deployment=.spec.template", "a"], "apps/Deployment is built in"),
        (["scan", "--pod-template", "example.com/Worker", "a"], "does not have the form GROUP/Kind=.path"),
        (["scan", "--pod-template", "a.b/C=.d", "--pod-template", "a.b/C=.e", "a"], "a.b/C is given twice"),
        (["serve", "--tls-cert", "a", "--tls-key", "b", "--pod-template", "a.b/C=d"], "is not the path of a Pod template"),
    ])
    func `A Pod template that cannot be found is rejected`(arguments: [String], message: String) {
        #expect(Self.outcome { try Podscore.parsed(arguments) }.contains(message))
    }

    @Test(arguments: [
        (["a", "-o", "b", "--write-baseline", "b"], "--output and --write-baseline name the same file"),
        (["a", "b", "-o", "b"], "b is scanned and would be replaced"),
        (["a", "--write-baseline", "a"], "a is scanned and would be replaced"),
    ])
    func `A scan replaces neither its input nor its results`(arguments: [String], message: String) {
        #expect(Self.outcome { try Podscore.parsed(["scan"] + arguments) }.contains(message))
        #expect(!Self.outcome { try Podscore.parsed(["scan", "-", "-o", "-"]) }.contains("replaced"))
    }

    @Test(arguments: ["--verbose", "--quiet"]) func `A summary shows no objects`(option: String) {
        let message = Self.outcome { try Podscore.parsed(["scan", "--summary", option, "a"]) }
        #expect(message.contains("--summary cannot be combined with --verbose or --quiet"))
    }

    @Test(arguments: [
        ("table", true), ("json", true), ("yaml", false), ("sarif", false), ("junit", false), ("github", false), ("html", false),
    ])
    func `Only a table and JSON have a summary`(format: String, hasSummary: Bool) throws {
        let scan = try #require(try Podscore.parsed(["scan", "--summary", "--format", format, "a"]) as? ScanCommand)
        let message = Self.outcome {
            try scan.report.validateSummary()
            return scan
        }
        #expect(message.contains("--summary needs --format table or json; \(format) has no summary") == !hasSummary)
    }

    @Test func `Pod templates of several kinds can be given`() throws {
        let arguments = ["--pod-template", "a.b/C=.d", "--pod-template", "a.b/D=.spec.template"]
        let scan = try #require(try Podscore.parsed(["scan"] + arguments + ["x"]) as? ScanCommand)
        #expect(scan.workloads.podTemplate.map { "\($0)" } == ["a.b/C=.d", "a.b/D=.spec.template"])
        let underPolicy = ["scan", "--ruleset", "kubesec/v2", "--minimum-score", "1"] + arguments + ["x"]
        #expect(try Podscore.parsed(underPolicy) is ScanCommand)
    }

    @Test func `scan is parsed without the rest of the program`() throws {
        #expect(try Podscore.parsed(["scan", "a"]) is ScanCommand)
        #expect(ScanCommand.configuration._superCommandName == Podscore.configuration.commandName)
    }

    @Test(arguments: [
        (["scam", "x"], "unknown command \"scam\" of podscore; did you mean scan?"),
        (["policy", "chek"], "unknown command \"chek\" of podscore policy; did you mean check?"),
        (
            ["xyzzy"],
            "unknown command \"xyzzy\" of podscore, known: serve, review, scan, fix, audit, controller, policy, http, rules, doctor, completions, version"
        ),
    ])
    func `An unknown command has a suggestion, or the list of commands`(arguments: [String], message: String) {
        #expect(Podscore.unknownCommand(in: arguments)?.lines.first == "Error: " + message)
    }

    @Test(arguments: [["scan", "scam"], ["--help"], [], ["help", "scam"], ["policy"], ["policy", "check", "x"], ["--", "scam"]])
    func `Other arguments are no unknown commands`(arguments: [String]) {
        #expect(Podscore.unknownCommand(in: arguments) == nil)
    }

    @Test(arguments: [
        ("restrictd", "unknown standard \"restrictd\"; did you mean restricted?"),
        ("high", "unknown standard \"high\", known: baseline, restricted"), ("privileged", "--standard privileged forbids nothing"),
        ("baseline@1.31", "invalid version \"1.31\" of --standard; use v1.N or latest"),
    ])
    func `An unknown standard has a suggestion`(argument: String, message: String) {
        #expect(throws: (any Error).self) { try StandardName(parsing: argument) }
        #expect(Self.outcome { try Podscore.parsed(["scan", "--standard", argument, "a"]) }.contains(message))
    }

    @Test(arguments: [
        (["--interval", "30s"], "--interval must be between 1m and 24h, not 30s"),
        (["--interval", "25h"], "--interval must be between 1m and 24h, not 25h"),
        (["--interval", "15"], "The value '15' is invalid for '--interval <duration>'"),
        (["--tls-cert", "a"], "--tls-cert and --tls-key must be given together"),
        (["--policy-webhook-port", "9443"], "--policy-webhook-port needs --tls-cert and --tls-key"),
        (["--client-ca", "a"], "--client-ca needs --tls-cert and --tls-key"), (["--ops-port", "70000"], "--ops-port must be between"),
        (["--watch-interval", "0"], "--watch-interval must be between"),
        (["--page-address", "https://a"], "invalid host \"https://a\"; use a name or an address without a port"),
        (["--page-address", "a:80"], "invalid host \"a:80\""),
        (["--floor", "a/b"], "--floor \"a/b\" is not a value of a label"),
        (["--floor-minimum", "4"], "--floor-minimum and --exclude-namespace need --floor"),
        (["--exclude-namespace", "a"], "--floor-minimum and --exclude-namespace need --floor"),
        (["--floor", "a", "--exclude-namespace", "team-*"], "\"team-*\" is not the name of a Namespace"),
    ])
    func `A controller rejects what it could not do`(arguments: [String], message: String) {
        let outcome = Self.outcome { try Podscore.parsed(["controller"] + arguments) }
        #expect(outcome.contains(message), "\(outcome)")
    }

    @Test(arguments: [["scan", "p"], ["fix", "p"], ["http"], ["audit"], ["policy", "explain"]], ["", "a/b", "team-*", "\u{1B}"])
    func `A namespace must be a name that a Namespace can have`(command: [String], name: String) {
        let outcome = Self.outcome { try Podscore.parsed(command + ["--namespace", name]) }
        #expect(outcome.contains(" is not the name of a Namespace"), "\(outcome)")
    }

    @Test(arguments: [
        (["--name", "a"], "PATH or --remove is required"), (["--name", "a", "--remove", "p"], "--remove takes no PATH"),
        (["--name", "a b", "p"], "--name \"a b\" is not a value of a label"), (["p"], "Missing expected argument '--name <name>'"),
        (["--name", "\(String(repeating: "a", count: 64))", "p"], "is not a value of a label"),
        (["--name", "a", "--exclude-namespace", "a b", "p"], "\"a b\" is not the name of a Namespace"),
    ])
    func `A floor needs a name, and policies or --remove`(arguments: [String], message: String) {
        let outcome = Self.outcome { try Podscore.parsed(["policy", "floor"] + arguments) }
        #expect(outcome.contains(message), "\(outcome)")
    }

    @Test func `A controller writes everything unless told otherwise`() throws {
        let all = try #require(try Podscore.parsed(["controller"]) as? ControllerCommand)
        #expect(all.auditing.reports && all.auditing.status && all.auditing.events)
        #expect(all.auditing.interval.seconds == 900)
        #expect(all.auditing.floor == nil)
        let some = try #require(try Podscore.parsed(["controller", "--no-reports", "--no-status", "--no-events"]) as? ControllerCommand)
        #expect(!some.auditing.reports && !some.auditing.status && !some.auditing.events)
    }

    @Test(
        arguments: [
            ("15m", 900), ("1h", 3_600), ("90s", 90), ("1h30m", 5_400), ("1h1m1s", 3_661), ("0s", 0), ("007m", 420), ("", nil), ("15", nil),
            ("m", nil), ("1m1h", nil), ("1m1m", nil), ("-1m", nil), ("1.5h", nil), ("1 m", nil), ("1M", nil), ("9999999999h", nil),
            ("1m\u{301}", nil),
        ] as [(String, Int?)]
    )
    func `An interval has hours, minutes and seconds`(text: String, seconds: Int?) {
        #expect(IntervalArgument(argument: text)?.seconds == seconds)
    }

    @Test(arguments: [(0, "0s"), (59, "59s"), (60, "1m"), (900, "15m"), (5_401, "1h30m1s")])
    func `An interval is written as it is read`(seconds: Int, text: String) {
        #expect(IntervalArgument(seconds: seconds).description == text)
        #expect(IntervalArgument(argument: text) == IntervalArgument(seconds: seconds))
    }
}
