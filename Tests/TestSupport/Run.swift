import Foundation

/// The result of a program that has ended.
package struct Run {
    /// The failure of a program that a test depends on.
    package struct Failure: Error {
        package let output: String

        package init(output: String) {
            self.output = output
        }
    }

    /// The program under test, which was built beside the tests.
    package static let podscore = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(
        path: "podscore"
    )
    .path

    package let status: Int32
    package let output: String
    package let errors: String

    package var lines: [Substring] { output.split(separator: "\n") }

    /// Runs a program to its end.
    package init(_ program: String, _ arguments: [String], input: String = "") throws {
        let folder = try ScratchFolder()
        let process = try ChildProcess(
            program,
            arguments,
            input: folder.write(input, to: "input"),
            output: .file(folder.file("output")),
            errors: .file(folder.file("errors"))
        )
        status = process.waitForEnd()
        output = try Self.text(of: folder.file("output"))
        errors = try Self.text(of: folder.file("errors"))
    }

    /// Runs the program under test.
    package static func podscore(_ arguments: String..., input: String = "") throws -> Self {
        try Self(podscore, arguments, input: input)
    }

    private static func text(of path: String) throws -> String {
        String(decoding: try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() ?? Data(), as: UTF8.self)
    }
}
