// AI assistants.
import type { Row } from './known-source.ts';

export const AI: readonly Row[] = [
  ['ChatGPT', 'chatgpt.com chat.openai.com', 'chat-gpt openai openai.com'],
  ['Claude', 'claude.ai claude.com', 'anthropic anthropic.com'],
  ['Perplexity', 'perplexity.ai pplx.ai', 'pplx perplexity-ai'],
  ['Gemini', 'gemini.google.com bard.google.com aistudio.google.com', 'bard google-gemini'],
  [
    'Microsoft Copilot',
    'copilot.microsoft.com copilot.com edgeservices.bing.com m365.cloud.microsoft copilot.cloud.microsoft',
    'copilot bing-chat',
  ],
  ['Grok', 'grok.com x.ai'],
  ['DeepSeek', 'deepseek.com'],
  ['Meta AI', 'meta.ai'],
  ['Mistral', 'chat.mistral.ai mistral.ai', 'le-chat lechat'],
  ['NotebookLM', 'notebooklm.google.com'],
  ['Poe', 'poe.com'],
  ['You.com', 'you.com'],
  ['Phind', 'phind.com'],
  ['Kimi', 'kimi.com kimi.moonshot.cn'],
  ['Qwen', 'chat.qwen.ai qwen.ai'],
  ['Character.AI', 'character.ai'],
  ['Pi', 'pi.ai'],
  ['Duck.ai', 'duck.ai'],
  ['Genspark', 'genspark.ai'],
  ['Manus', 'manus.im'],
  ['Felo', 'felo.ai'],
  ['Andi', 'andisearch.com'],
  ['Komo', 'komo.ai'],
  ['Doubao', 'doubao.com'],
  ['Ernie', 'yiyan.baidu.com ernie.baidu.com'],
];
