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
                "language": "en-US",
                "real_time": true
            }
        },
        {
            "type": "ai_summary",
            "option": {
                "source_type": "call",
                "source_id": "${voipbin.call.id}",
                "real_time": true
            }
        },
        {
            "type": "connect",
            "option": {
                "source": {
                    "type": "tel",
                    "target": "+15551234567"
                },
                "destinations": [
                    {
                        "type": "tel",
                        "target": "+15551111111"
                    }
                ]
            }
        }
    ]
}'
