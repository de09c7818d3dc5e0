import ArgumentParser
import KubernetesAPI

/// One argument, option or flag of a command, as the argument parser describes it.
struct ArgumentDescription {
    /// How it is written, such as `-n` and `--namespace`; empty for an argument, which is known by its place.
    let names: [String]
    /// The placeholder of its value, such as `namespace`; `nil` for a flag.
    let valueName: String?
    /// Whether it can be given several times.
    let isRepeating: Bool
    /// The title of the group that it belongs to; `nil` for the command's own.
    let section: String?
    /// The help text, with values and default as in `--help`.
    let text: String

    /// Reads one of the parser's descriptions; `nil` for one that `--help` hides.
    private init?(_ node: ManifestNode) {
        guard case .bool(true)? = node["shouldDisplay"]?.value else { return nil }
        names = (node["names"]?.elements ?? []).compactMap { name in
            name["name"]?.text.map { (name["kind"]?.text == "long" ? "--" : "-") + $0 }
        }
        valueName = node["kind"]?.text == "flag" ? nil : node["valueName"]?.text
        if case .bool(true)? = node["isRepeating"]?.value { isRepeating = true } else { isRepeating = false }
        section = node["sectionTitle"]?.text
        let values = (node["allValues"]?.elements ?? []).compactMap(\.text)
        let facts = [
            values.isEmpty ? nil : "values: \(values.joined(separator: ", "))",
            node["defaultValue"]?.text.map { "default: \($0)" },
        ].compactMap { $0 }
        text = (node["abstract"]?.text ?? "") + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
    }

    /// The visible arguments, options and flags of a command such as `podscore policy check`, in the order of `--help`; `program` comes from
    /// ``describedProgram()``.
    static func all(ofCommand name: String, in program: ManifestNode?) -> [ArgumentDescription] {
        let command = name.split(separator: " ").dropFirst().reduce(program?["command"]) { command, word in
            command?["subcommands"]?.elements?.first { $0["commandName"]?.text == String(word) }
        }
        return (command?["arguments"]?.elements ?? []).compactMap { Self($0) }
    }

    /// The parser's description of the program with all its commands.
    static func describedProgram() throws -> ManifestNode? {
        let description = Array(Podscore._dumpHelp().utf8)
        var parser = JSONNodeParser(description.span)
        return try parser.next()
    }
}
