// Command certificates writes everything a throw-away control plane needs to know whom to trust:
// a certificate authority, a serving certificate for loopback, client certificates, and the key
// that signs service-account tokens.
//
//	certificates FOLDER
//
// It uses the standard library only, so that it builds in a second and needs no network.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type pair struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: certificates FOLDER")
	}
	folder := os.Args[1]

	authority := issue(folder, "ca", x509.Certificate{
		Subject:               pkix.Name{CommonName: "cadastre-test-ca"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}, nil)
	issue(folder, "apiserver", x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		DNSNames:    []string{"localhost", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority)
	issueClient(folder, "admin", pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}}, authority)
	issueClient(folder, "emergency", pkix.Name{
		CommonName:   "emergency",
		Organization: []string{"system:masters", "ipam:break-glass"},
	}, authority)
	issueClient(folder, "controller-manager", pkix.Name{CommonName: "system:kube-controller-manager"}, authority)
	serviceAccounts := newKey()
	writeKey(filepath.Join(folder, "service-accounts.key"), serviceAccounts)
	der, err := x509.MarshalPKIXPublicKey(&serviceAccounts.PublicKey)
	check(err)
	writePEM(filepath.Join(folder, "service-accounts.pub"), "PUBLIC KEY", der)
}

func issueClient(folder, name string, subject pkix.Name, authority *pair) {
	issue(folder, name, x509.Certificate{
		Subject:     subject,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, authority)
}

// issue writes name.crt and name.key; without an authority the certificate signs itself.
func issue(folder, name string, template x509.Certificate, authority *pair) *pair {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	check(err)
	template.SerialNumber = serial
	// An hour back: clocks of containers on one machine may differ.
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().AddDate(1, 0, 0)

	own := &pair{certificate: &template, key: newKey()}
	if authority == nil {
		authority = own
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, authority.certificate, &own.key.PublicKey, authority.key)
	check(err)
	writePEM(filepath.Join(folder, name+".crt"), "CERTIFICATE", der)
	writeKey(filepath.Join(folder, name+".key"), own.key)
	own.certificate, err = x509.ParseCertificate(der)
	check(err)
	return own
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	return key
}

func writeKey(path string, key *ecdsa.PrivateKey) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	writePEM(path, "PRIVATE KEY", der)
}

func writePEM(path, kind string, der []byte) {
	check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
