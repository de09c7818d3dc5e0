import Glibc
import Platform
import TLS
import Testing

@testable import Cluster

@Suite struct ServiceAccountTests {
    private static let files = ["/sa/token": "abc\n", "/sa/ca.crt": "cert", "/sa/namespace": " shop\n"]
    private static let variables = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]

    private func configuration(
        _ variables: [String: String] = Self.variables,
        _ files: [String: String] = Self.files
    ) throws(ServiceAccount.Problem) -> ClusterConfiguration {
        let account = ServiceAccount(
            directory: "/sa",
            variable: { variables[$0] },
            read: { (path) throws(FileError) in
                guard let text = files[path] else { throw .system(path: path, code: ENOENT) }
                return Array(text.utf8)
            }
        )
        return try account.configuration()
    }

    @Test(arguments: ["10.96.0.1", "fd00::1", "[fd00::1]"])
    func `The server is verified by its address`(host: String) throws {
        var variables = Self.variables
        variables["KUBERNETES_SERVICE_HOST"] = host
        let configuration = try configuration(variables)
        let address = host == "10.96.0.1" ? host : "fd00::1"
        #expect(configuration.server == ServerAddress(host: address, port: 443))
        #expect(configuration.server.authority == (host == "10.96.0.1" ? host : "[fd00::1]"))
        #expect(configuration.serverName == .address(address))
        #expect(configuration.trust == .authorities(.file("/sa/ca.crt")))
        #expect(configuration.credential == .tokenFile("/sa/token", initial: nil))
    }

    @Test func `The Namespace is that of the variable, of the file, or default`() throws {
        #expect(try configuration().namespace == "shop")
        #expect(try configuration(Self.variables.merging(["POD_NAMESPACE": "other"]) { $1 }).namespace == "other")
        #expect(try configuration(Self.variables, Self.files.filter { $0.key != "/sa/namespace" }).namespace == "default")
    }

    @Test(arguments: ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"])
    func `Without the variables the process is not in a Pod`(name: String) {
        #expect(throws: ServiceAccount.Problem.notInCluster(variable: name)) {
            try configuration(Self.variables.filter { $0.key != name })
        }
        #expect(throws: ServiceAccount.Problem.notInCluster(variable: name)) {
            try configuration(Self.variables.merging([name: ""]) { $1 })
        }
    }

    @Test(arguments: [
        ("KUBERNETES_SERVICE_PORT", "tcp://10.0.0.1:443"), ("KUBERNETES_SERVICE_PORT", "0"), ("KUBERNETES_SERVICE_HOST", "a b"),
    ])
    func `A variable with another value is named`(name: String, value: String) {
        #expect(throws: ServiceAccount.Problem.invalidVariable(name, value: value)) {
            try configuration(Self.variables.merging([name: value]) { $1 })
        }
    }

    @Test(arguments: ["/sa/token", "/sa/ca.crt"])
    func `A missing or empty file is named, also that of the authorities`(path: String) {
        #expect(throws: ServiceAccount.Problem.unusableFile(path, reason: "No such file or directory")) {
            try configuration(Self.variables, Self.files.filter { $0.key != path })
        }
        #expect(throws: ServiceAccount.Problem.unusableFile(path, reason: "the file is empty")) {
            try configuration(Self.variables, Self.files.merging([path: " \n"]) { $1 })
        }
    }

    @Test(arguments: [
        ("https://a", "HTTPS_PROXY", "$HTTPS_PROXY is set, but Podscore connects to the server directly"),
        ("https://a", "https_proxy", "$https_proxy is set, but Podscore connects to the server directly"),
        ("https://a", "HTTP_PROXY", ""), ("http://a", "HTTP_PROXY", "$HTTP_PROXY is set, but Podscore connects to the server directly"),
    ])
    func `A proxy that is not used is named`(server: String, name: String, advice: String) throws {
        let server = try ServerAddress(parsing: server)
        #expect(ProxyVariables.advice(for: server) { $0 == name ? "http://proxy" : nil } == advice)
        #expect(ProxyVariables.advice(for: server) { $0 == name ? "" : nil }.isEmpty)
    }
}
