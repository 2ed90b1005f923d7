"""Only the stack has access to the bucket of media, which deletes its objects."""

from herald.carriers.aws.media import MMS
from tests.contracts.documents import table
from tests.template import ROOT, buckets, resources, template

BUCKET = buckets()["MediaBucket"]


def test_there_is_one_bucket_and_only_where_aws_carries() -> None:
    assert [(name, each["Condition"]) for name, each in buckets().items()] == [
        ("MediaBucket", "CarriesWithAws")
    ]
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["MEDIA_BUCKET"] == {"Fn::If": ["CarriesWithAws", {"Ref": "MediaBucket"}, ""]}


def test_it_is_private_and_encrypted() -> None:
    properties = BUCKET["Properties"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    own_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "KmsKeyArn"}}
    found = rule["ServerSideEncryptionByDefault"]
    assert found == {"Fn::If": ["HasKmsKey", own_key, {"SSEAlgorithm": "AES256"}]}


def test_it_refuses_what_is_not_encrypted_on_its_way() -> None:
    policy = resources("AWS::S3::BucketPolicy")["MediaBucketPolicy"]

    [statement] = policy["PolicyDocument"]["Statement"]
    assert policy["Bucket"] == {"Ref": "MediaBucket"}
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [
        {"Fn::GetAtt": "MediaBucket.Arn"},
        {"Fn::Sub": "${MediaBucket.Arn}/*"},
    ]


def test_it_forgets_when_the_pages_say_so() -> None:
    [rule] = BUCKET["Properties"]["LifecycleConfiguration"]["Rules"]

    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 7)
    kept = {row["What"]: row["How long"] for row in table("docs/operations.md", "What", "How long")}
    assert kept["copies of media, where AWS carries"] == "7 days"


def test_the_api_page_names_the_types_of_media() -> None:
    text = (ROOT / "docs/api.md").read_text()
    paragraph = text[text.index("**Media.**") : text.index("**Liquid.**")]
    named = {name for name in MMS if f"`{name}`" in paragraph}

    # These are named by their endings.
    assert set(MMS) - named == {
        f"{kind}/{ending}" for kind in ("audio", "video") for ending in ("3gpp", "3gpp2", "mp4")
    }
