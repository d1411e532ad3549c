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
            "type": "variable_set",
            "option": {
                "key": "voipbin.tts.elevenlabs.voice_id",
                "value": "21m00Tcm4TlvDq8ikWAM"
            }
        },
        {
            "type": "ai_talk",
            "option": {
                "initial_prompt": "You are a friendly receptionist. Greet callers warmly and help them with their inquiries."
            }
        }
    ]
}'
