import Glibc
import Platform
import TLS
import Testing

@testable import Cluster

@Suite struct KubeconfigFilesTests {
    /// Reads from a table; what is not in it does not exist.
    private func files(_ texts: [String: String], unreadable: String? = nil) -> KubeconfigFiles {
        KubeconfigFiles { (path) throws(FileError) in
            if path == unreadable { throw .system(path: path, code: EACCES) }
            guard let text = texts[path] else { throw .system(path: path, code: ENOENT) }
            return Array(text.utf8)
        }
    }

    private static let first = """
        current-context: ""
        clusters: [{name: both, cluster: {server: "https://first", certificate-authority: ca.crt}}]
        contexts: [{name: a, context: {cluster: both}}]
        """
    private static let second = """
        current-context: b
        clusters: [{name: both, cluster: {server: "https://second", tls-server-name: x}}, {name: other, cluster: {server: "https://other"}}]
        contexts: [{name: a, context: {cluster: other}}, {name: b, context: {cluster: both}}]
        """

    @Test func `The first file that has an entry wins all of it`() throws {
        let files = files(["/1/config": Self.first, "/2/config": Self.second])
        let config = try files.load(path: nil, variable: "/1/config:/2/config", home: nil)
        let chosen = try config.configuration()
        #expect(chosen.server.host == "first")
        #expect(chosen.serverName == .host("first"))
        #expect(chosen.trust == .authorities(.file("/1/ca.crt")))
        #expect(try config.configuration(of: "a").server.host == "first")
        #expect(config.files == ["/1/config", "/2/config"])
        let reverse = try files.load(path: nil, variable: "/2/config:/1/config", home: nil)
        #expect(try reverse.configuration().server.host == "second")
        #expect(try reverse.configuration(of: "a").server.host == "other")
    }

    @Test func `Missing files of the variable are skipped, and each file is read once`() throws {
        let config = try files(["/1": Self.second]).load(path: nil, variable: "/0:/1::/1:/2", home: "/home/me")
        #expect(config.files == ["/1"])
    }

    @Test func `Without the variable the file of the home directory is read`() throws {
        let files = files(["/home/me/.kube/config": Self.second])
        #expect(try files.load(path: nil, variable: nil, home: "/home/me").files == ["/home/me/.kube/config"])
        #expect(try files.load(path: nil, variable: "", home: "/home/me").files == ["/home/me/.kube/config"])
        #expect(try files.load(path: nil, variable: nil, home: "/home/other").isEmpty)
        #expect(try files.load(path: nil, variable: nil, home: nil).isEmpty)
    }

    @Test func `A named file is read alone and has to exist`() throws {
        let files = files(["/1": Self.first, "/2": Self.second])
        #expect(try files.load(path: "/2", variable: "/1", home: "/home/me").files == ["/2"])
        let problem = try #require(throws: KubeconfigProblem.self) { try files.load(path: "/3", variable: "/1", home: nil) }
        #expect(problem.description == "/3:1:1: No such file or directory")
    }

    @Test func `A file that can't be read is an error, also in the variable`() throws {
        let files = files(["/1": Self.first], unreadable: "/2")
        let problem = try #require(throws: KubeconfigProblem.self) { try files.load(path: nil, variable: "/1:/2", home: nil) }
        #expect(problem.description == "/2:1:1: Permission denied")
    }

    @Test func `Invalid YAML is an error with its place`() throws {
        let files = files(["/1": "clusters: [\n"])
        let problem = try #require(throws: KubeconfigProblem.self) { try files.load(path: nil, variable: "/1", home: nil) }
        #expect(problem.place?.file == "/1")
    }
}
