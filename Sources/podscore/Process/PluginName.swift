import KubernetesAPI
import Platform

/// The name of the program in help and usage: `podscore`, or `kubectl podscore` if kubectl runs it as a plugin.
enum PluginName {
    /// The name of the file, or of a link to it, that makes the program a plugin of kubectl.
    static let file = "kubectl-podscore"

    /// The words by which the user calls the program.
    static var program: String { words(for: ProgramArguments.programName) }

    /// Returns a help or usage text in which each call of the program is written as the user calls it.
    static func shown(in text: String) -> String { shown(in: text, for: ProgramArguments.programName) }

    /// Does the same for a program that was started under a name.
    static func shown(in text: String, for name: String) -> String {
        let program = words(for: name)
        guard program != "podscore" else { return text }
        // A call is followed by a blank and not part of a longer word, such as the name of a file.
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: "podscore ") {
            let isCall = rest[..<range.lowerBound].last.map { " \n`'\"".contains($0) } ?? true
            result += rest[..<range.lowerBound] + (isCall ? "\(program) " : "podscore ")
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    private static func words(for name: String) -> String {
        name.hasSameBytes(as: file) ? "kubectl podscore" : "podscore"
    }
}
