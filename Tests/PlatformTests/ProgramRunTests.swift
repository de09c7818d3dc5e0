import TestSupport
import Testing

@testable import Platform

@Suite struct ProgramRunTests {
    private func run(
        _ script: String,
        environment: [(name: String, value: String)] = [],
        byteLimit: Int = 1 << 16
    ) throws(ProgramRunError) -> ProgramRun.Result {
        try ProgramRun.run("sh", ["-c", script], environment: environment, readsInput: false, byteLimit: byteLimit)
    }

    @Test func `A program is found in $PATH, and its output and status are returned`() throws {
        #expect(try run("echo out; exit 3") == ProgramRun.Result(output: Array("out\n".utf8), status: 3))
        #expect(try run("kill -9 $$").status == -9)
    }

    @Test func `Variables are added, and replace those of this process`() throws {
        let result = try run("echo $A-$B; echo ${PATH:+path}", environment: [("A", "1"), ("B", "x y"), ("A", "2")])
        #expect(String(decoding: result.output, as: UTF8.self) == "2-x y\npath\n")
    }

    @Test func `A program that may not ask has an empty input`() throws {
        #expect(try run("cat").output.isEmpty)
    }

    @Test func `A program that prints too much is ended`() {
        #expect(throws: ProgramRunError.tooMuchOutput(byteLimit: 1_000)) { try run("exec yes", byteLimit: 1_000) }
    }

    @Test func `A large output is read whole`() throws {
        #expect(try run("head -c 300000 /dev/zero", byteLimit: 300_000).output.count == 300_000)
    }

    @Test(arguments: ["no-such-program-of-podscore", "/no/such/program"])
    func `A missing program is told apart`(name: String) {
        #expect(throws: ProgramRunError.notFound) {
            try ProgramRun.run(name, [], environment: [], readsInput: false, byteLimit: 1)
        }
    }

    @Test func `A file that can't be executed is an error of the system`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("text", to: "file")
        #expect(throws: ProgramRunError.system(code: 13)) {
            try ProgramRun.run(path, [], environment: [], readsInput: false, byteLimit: 1)
        }
    }
}
