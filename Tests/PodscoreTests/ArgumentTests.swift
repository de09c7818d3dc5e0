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
            "unknown command \"xyzzy\" of podscore, known: serve, review, scan, fix, audit, policy, http, rules, doctor, completions, version"
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
}
