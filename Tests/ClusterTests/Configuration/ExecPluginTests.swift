import TestSupport
import Testing

@testable import Cluster

@Suite struct ExecPluginTests {
    @Test func `A program that can't be started is reported in the words of the system`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("text", to: "plugin")
        let invocation = PluginInvocation(command: path, arguments: [], environment: [], readsTerminal: false)
        #expect(throws: PluginFailure.notStarted("Permission denied")) { try PluginProgram.run(invocation) }
    }

    private func plugin(
        _ mode: String? = "IfAvailable",
        version: String = "v1",
        cluster: String = "server: \"https://a\"",
        more: String = ""
    ) throws -> ExecPlugin {
        let interactive = mode.map { ", interactiveMode: \($0)" } ?? ""
        let text = """
            current-context: dev
            clusters: [{name: one, cluster: {\(cluster)}}]
            users: [{name: me, user: {exec: {command: bin/login, args: [a, "b c"], env: [{name: X, value: "1"}],
              apiVersion: client.authentication.k8s.io/\(version)\(interactive)\(more)}}}]
            contexts: [{name: dev, context: {cluster: one, user: me}}]
            """
        let configuration = try KubeconfigReader.read(Array(text.utf8), file: "/k/config").configuration()
        guard case .plugin(let plugin) = configuration.credential else { throw PluginFailure.unsupported }
        return plugin
    }

    @Test func `The program is called with its arguments, its variables and the request`() throws {
        let invocation = try plugin().invocation(hasTerminal: true)
        #expect(invocation.command == "/k/bin/login")
        #expect(invocation.arguments == ["a", "b c"])
        #expect(invocation.environment.map(\.name) == ["X", "KUBERNETES_EXEC_INFO"])
        #expect(
            invocation.environment.last?.value.text
                == #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":true}}"#
        )
        #expect(invocation.readsTerminal)
    }

    @Test func `A program that wants to know the cluster is told its server, authorities and configuration`() throws {
        let cluster = """
            server: "https://a", tls-server-name: b, certificate-authority-data: Y2VydA==, \
            extensions: [{name: other, extension: {}}, {name: client.authentication.k8s.io/exec, extension: {x: [1, "\u{e9}", null, 1.5, true]}}]
            """
        let plugin = try plugin(version: "v1beta1", cluster: cluster, more: ", provideClusterInfo: true")
        #expect(plugin.cluster?.authorities == .data(Array("cert".utf8)))
        let request = try plugin.invocation(hasTerminal: false, authoritiesPEM: Array("cert".utf8)).environment.last?.value.text
        #expect(
            request
                == #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false,"cluster":"#
                + #"{"server":"https://a","tls-server-name":"b","certificate-authority-data":"Y2VydA==","config":{"x":[1,"é",null,1.5,true]}}}}"#
        )
    }

    @Test(arguments: [("Never", false), ("IfAvailable", true), ("Always", true)])
    func `Only a program that may ask gets the terminal`(mode: String, reads: Bool) throws {
        #expect(try plugin(mode).invocation(hasTerminal: true).readsTerminal == reads)
    }

    @Test func `A program that has to ask needs a terminal`() throws {
        #expect(throws: PluginFailure.noTerminal) { try plugin("Always").invocation(hasTerminal: false) }
        #expect(try !plugin("IfAvailable").invocation(hasTerminal: false).readsTerminal)
    }

    @Test func `The older version asks if there is a terminal`() throws {
        #expect(try plugin(nil, version: "v1beta1").interactiveMode == .ifAvailable)
    }

    private static let version = "client.authentication.k8s.io/v1"

    private func answer(_ status: String, kind: String = "ExecCredential") throws(PluginFailure) -> ExecCredential {
        let text = #"{"kind":"\#(kind)","apiVersion":"client.authentication.k8s.io/v1","status":\#(status)}"#
        return try ExecCredential(parsing: Array(text.utf8), apiVersion: Self.version)
    }

    @Test func `An answer has a token, a certificate, or both, and their expiry`() throws {
        let token = try answer(#"{"token":"t","expirationTimestamp":"2027-03-31T08:15:00Z"}"#)
        #expect(token.token == Secret("t"))
        #expect(token.certificate == nil)
        #expect(token.expiresAt == 1_806_480_900)
        let certificate = try answer(#"{"clientCertificateData":"c","clientKeyData":"k","token":""}"#)
        #expect(certificate.token == nil)
        #expect(certificate.certificate?.keyPEM == Array("k".utf8))
        #expect(certificate.expiresAt == nil)
    }

    @Test(arguments: [
        ("{}", "it has neither a token nor a client certificate"),
        ("null", "it has neither a token nor a client certificate"),
        (#"{"token":1}"#, "token is not a string"),
        (#"{"clientKeyData":"k","token":"t"}"#, "it has only one of clientCertificateData and clientKeyData"),
        (
            #"{"token":"t","expirationTimestamp":"tomorrow"}"#,
            #"expirationTimestamp "tomorrow" is no time; expected one such as 2027-03-31T08:15:00Z"#
        ),
    ])
    func `An answer without credentials is refused with the reason`(status: String, reason: String) {
        #expect(throws: PluginFailure.invalidAnswer(reason)) { try answer(status) }
    }

    @Test func `An answer of another kind or version is refused`() {
        #expect(throws: PluginFailure.invalidAnswer("kind is not ExecCredential")) { try answer("{}", kind: "Status") }
        #expect(throws: PluginFailure.invalidAnswer(#"apiVersion is "client.authentication.k8s.io/v1", not x"#)) {
            try ExecCredential(
                parsing: Array(#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}"#.utf8),
                apiVersion: "x"
            )
        }
        #expect(throws: PluginFailure.invalidAnswer("it is not JSON")) {
            try ExecCredential(parsing: Array("{".utf8), apiVersion: Self.version)
        }
        #expect(throws: PluginFailure.self) { try ExecCredential(parsing: [], apiVersion: Self.version) }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2027-03-31T08:15:00.123456789Z", 1_806_480_900), ("2027-03-31T10:15:00+02:00", 1_806_480_900),
            ("2027-03-31t07:45:00-00:30", 1_806_480_900), ("2027-02-30T00:00:00Z", nil), ("2027-03-31T24:00:00Z", nil),
            ("2027-03-31T08:15:00", nil), ("2027-03-31 08:15:00Z", nil), ("2027-03-31T08:15:00+0200", nil), ("2027-03-31T08:15Z", nil),
            ("2027-03-31T08:1x:00Z", nil), ("", nil),
        ] as [(String, Int64?)]
    )
    func `A time is read as RFC 3339`(text: String, seconds: Int64?) {
        #expect(Timestamp.unixSeconds(of: text) == seconds)
    }

    @Test func `A secret shows itself nowhere`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2"))
        #expect(!"\(ClusterConfiguration.Credential.token(secret))".contains("hunter2"))
    }
}
