module cadastre.internal/control-plane/certificates

go 1.26.0
