curl --location --request POST 'https://api.voipbin.net/v1.0/calls?token=<YOUR_AUTH_TOKEN>' \
--header 'Content-Type: application/json' \
--data-raw '{
    "source": {
        "type": "tel",
        "target": "+15551234567"
    },
    "destinations": [
        {
            "type": "tel",
            "target": "+15559876543"
        }
    ],
    "actions": [
        {
            "type": "answer"
        },
        {
            "type": "transcribe_start",
            "option": {
                "language": "en-US"
            }
        },
        {
            "type": "talk",
            "option": {
                "text": "Hello! This call is being transcribed and summarized. Please tell me about your experience with our service.",
                "language": "en-US"
            }
        },
        {
            "type": "sleep",
            "option": {
                "duration": 30000
            }
        },
        {
            "type": "ai_summary",
            "option": {
                "source_type": "transcribe",
                "source_id": "${voipbin.transcribe.id}"
            }
        },
        {
            "type": "talk",
            "option": {
                "text": "Thank you for your feedback. We have recorded and summarized your call.",
                "language": "en-US"
            }
        }
    ]
}'
