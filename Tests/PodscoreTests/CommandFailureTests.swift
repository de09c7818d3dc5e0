import Testing

@testable import podscore

/// What a failed command says of names from outside.
@Suite struct CommandFailureTests {
    @Test(arguments: [0, 1, 2, 3]) func `A failure shows the hidden characters of a name by their numbers`(index: Int) {
        // Named by their indices, since runners read what a test run prints.
        let hostile = ["\n::error::evil", "\r\n::error::evil", "\u{1B}[2J", "\u{202E}gnp"][index]
        for text in [CommandFailure("a\(hostile)b").text, CommandFailure(lines: ["a\(hostile)b"]).text] {
            #expect(text.contains("\\u{"), "\(index)")
            #expect(!text.contains(hostile), "\(index)")
        }
    }

    @Test func `A failure shows bytes that are not UTF-8 by their numbers`() {
        // As the arguments and variables of the process have the byte E9.
        let name = "p\u{10FFE9}"
        for text in [CommandFailure(name).text, CommandFailure(lines: [name]).text] { #expect(text.hasSuffix("p\\xE9\n"), "\(text)") }
    }
}
