#!/bin/sh
# Makes the key files beside it with the programs that write them, for no machine and no person. Debian packages:
# dropbear-bin, putty-tools, minisign, signify-openbsd, age, gnupg, openssl, default-jre-headless.
set -eu
cd "$(dirname "$0")"
export LC_ALL=C
find . -type f ! -name make-samples.sh -delete

for type in rsa ecdsa ed25519; do dropbearkey -t "$type" -f "dropbear-$type" >/dev/null 2>&1; done
puttygen -q -t ed25519 -o putty.ppk --new-passphrase /dev/null -C sample
echo y | minisign -G -f -W -p minisign.pub -s minisign.key >/dev/null
signify-openbsd -G -n -p signify.pub -s signify.sec
age-keygen -o age.txt 2>/dev/null

home=$(mktemp -d)
gpg --homedir "$home" --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key sample ed25519 sign never
gpg --homedir "$home" --batch --quiet --pinentry-mode loopback --passphrase '' --export-secret-keys >openpgp-secret.gpg
gpg --homedir "$home" --batch --quiet --pinentry-mode loopback --passphrase '' --armor --export-secret-keys >openpgp-secret.asc
gpg --homedir "$home" --batch --quiet --export >openpgp-public.key
gpg --homedir "$home" --batch --quiet --armor --export >openpgp-public.asc
cp "$home"/private-keys-v1.d/*.key agent.key
gpgconf --homedir "$home" --kill all
rm -r "$home"

openssl genpkey -quiet -algorithm ed25519 -out pkcs8.pem
openssl pkcs8 -topk8 -in pkcs8.pem -passout pass:sample -out encrypted.pem
openssl pkcs8 -topk8 -in pkcs8.pem -passout pass:sample -outform DER -out encrypted.der
openssl pkey -in pkcs8.pem -outform DER -out pkcs8.der
openssl pkey -in pkcs8.pem -pubout -outform DER -out public.der
openssl genrsa -traditional 1024 2>/dev/null | openssl rsa -traditional -outform DER -out pkcs1.der 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -outform DER -out sec1.der
openssl req -x509 -key pkcs8.pem -subj /CN=sample -days 36500 -out certificate.pem
openssl x509 -in certificate.pem -outform DER -out certificate.der
openssl pkcs12 -export -in certificate.pem -inkey pkcs8.pem -passout pass:sample -out key.p12
openssl pkcs12 -export -in certificate.pem -nokeys -passout pass:sample -out certificate.p12
openssl req -new -key pkcs8.pem -subj /CN=sample -outform DER -out request.der
openssl dhparam -outform DER -out parameters.der 512 2>/dev/null

keytool -genkeypair -storetype JKS -keystore key.jks -storepass sample1 -keypass sample1 -alias key \
  -keyalg EC -dname CN=sample 2>/dev/null
keytool -importcert -noprompt -storetype JKS -keystore certificate.jks -storepass sample1 -alias certificate \
  -file certificate.pem 2>/dev/null
keytool -importcert -noprompt -storetype JKS -keystore key.jks -storepass sample1 -alias another -file certificate.pem 2>/dev/null
keytool -genseckey -storetype JCEKS -keystore secret.jceks -storepass sample1 -keypass sample1 -alias secret -keyalg AES -keysize 128 2>/dev/null

# Tests read them as any user.
find . -type f ! -name make-samples.sh -exec chmod 644 {} +
