import KubernetesAPI
import RegistrationChecks
import Testing
import YAML

@testable import Reports

@Suite struct DoctorReportTests {
    private static let registration = """
        webhooks:
          - name: pods.podscore.dev
            rules: [{apiGroups: [''], resources: [pods], operations: ['*']}]
            failurePolicy: Fail
            namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}
            matchConditions: [{name: a, expression: "request.namespace.matches('^(payments|shop-.*)$')"}]
          - name: unenforced-pods.podscore.dev
            rules: [{apiGroups: [''], resources: [pods], operations: ['*']}]
            failurePolicy: Ignore
            namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}
            matchConditions: [{name: a, expression: "!(request.namespace.matches('^(payments|shop-.*)$'))"}]
        """

    @Test func `The report shows where objects are denied, admitted and never checked`() throws {
        let report = try Self.report(Self.registration)
        #expect(
            report.text == """
                pods: denied when Podscore is unreachable in payments, shop-*
                pods: never checked in kube-system
                pods: admitted unchecked when Podscore is unreachable in all other namespaces
                2 Podscore webhooks: no problems found

                """
        )
        #expect(
            String(decoding: report.json, as: UTF8.self).contains(
                #""namespaces":[{"kind":"pods","failsClosed":["payments","shop-*"],"failsOpen":["*"],"notChecked":["kube-system"]}]"#
            )
        )
    }

    @Test func `A webhook for all namespaces says so`() throws {
        let report = try Self.report("webhooks: [{name: podscore.dev, rules: [{apiGroups: [''], resources: [pods], operations: ['*']}]}]")
        #expect(report.text.hasPrefix("pods: denied when Podscore is unreachable in every namespace\n"))
    }

    @Test func `A long list of namespaces is cut, and names stay on their line`() throws {
        let names = (1...30).map { "n\($0)" }.joined(separator: ", ")
        let text = Self.registration.replacing("values: [kube-system]", with: #"values: ["a\nb", \#(names)]"#)
        let report = try Self.report(text)
        #expect(report.text.contains("n18, n19, and 11 more\n"))
        #expect(report.text.split(separator: "\n").count == 4)
    }

    private static func report(_ text: String) throws -> DoctorReport {
        let nodes = try YAMLStream(Array(text.utf8)).map { try $0.get() }
        let webhooks = try WebhookRegistration.read(try #require(nodes.first))
        let splits = RegistrationCheck(enforcement: .unknown).splits(in: webhooks)
        return DoctorReport(findings: [], splits: splits, webhookCount: webhooks.count, sawCertificate: true, sawServer: false)
    }
}
